import { type Detector, NONE } from './detector.ts';
import { isNeutral, isOpaqueId } from './neutral.ts';

const NAME =
  /^(?:user|conference|session|room|meeting|participant|peer|endpoint)_?(?:id|name)?$|^(?:display|full|first|last|given|family|nick)_?name$/i;

/**
 * Class `identifiers`: who and which conference, as a token or the application's configuration says. They stand in the metadata and
 * in the event `identity`; where `keepOpaque` says so,
 * ids that a machine made up are clean: they name nobody by themselves.
 */
export function identifierDetector(keepOpaque: boolean): Detector {
  return {
    class: 'identifiers',
    triggers: 0,
    find: () => NONE,
    judges: (name) => NAME.test(name),
    judge(text, place) {
      if (place.kind !== 'value' || (place.event !== 'identity' && place.event !== 'metadata')) return false;
      if (isNeutral(text)) return false;
      return !keepOpaque || (!isOpaqueId(text) && !/^\d{1,6}$/.test(text));
    },
  };
}
