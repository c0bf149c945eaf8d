import { type Detector, NONE } from './detector.ts';
import { isNeutral, isOpaqueId } from './neutral.ts';

const NAME =
  /^(?:user|conference|session|room|meeting|participant|peer|endpoint)_?(?:id|name)?$|^(?:display|full|first|last|given|family|nick)_?name$/i;

/**
 * Class `identifiers`: who and which conference, as a token or the application's configuration says. They stand in the metadata and
 * in the event `identity`; ids that a machine made up name nobody by themselves and are clean.
 */
export const identifierDetector: Detector = {
  class: 'identifiers',
  readsNumbers: false,
  find(text, place, layer) {
    if (layer > 0 || place.kind !== 'value' || (place.event !== 'identity' && place.event !== 'metadata')) return NONE;
    if (!NAME.test(place.name ?? '') || isNeutral(text) || isOpaqueId(text) || /^\d{1,6}$/.test(text)) return NONE;
    return [{ start: 0, end: text.length }];
  },
};
