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
  triggers: 0,
  find: () => NONE,
  judges: (name) => NAME.test(name),
  judge(text, place) {
    if (place.kind !== 'value' || (place.event !== 'identity' && place.event !== 'metadata')) return false;
    return !isNeutral(text) && !isOpaqueId(text) && !/^\d{1,6}$/.test(text);
  },
};
