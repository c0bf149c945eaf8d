import { type Detector, type Hit, NONE } from './detector.ts';
import { isNeutral, isOpaqueId } from './neutral.ts';
import { HOME } from './triggers.ts';

const NAME =
  /^(?:user|conference|session|room|meeting|participant|peer|endpoint)_?(?:id|name)?$|^(?:display|full|first|last|given|family|nick)_?name$/i;

/** On Linux, macOS and Windows. */
const HOMES = /(?:\/home\/|[/\\]users[/\\]+)([^\s/\\:"'<>]+)/gi;

/**
 * Class `identifiers`: who and which conference, as a token or the application's configuration says. They stand in the metadata and
 * in the event `identity`; where `keepOpaque` says so,
 * ids that a machine made up are clean: they name nobody by themselves.
 */
export function identifierDetector(keepOpaque: boolean): Detector {
  return {
    class: 'identifiers',
    triggers: HOME,
    find(text) {
      const hits: Hit[] = [];
      for (const match of text.matchAll(HOMES)) {
        const owner = match[1]!;
        if (isNeutral(owner) || (keepOpaque && isOpaqueId(owner))) continue;
        const end = match.index + match[0].length;
        hits.push({ start: end - owner.length, end });
      }
      return hits.length === 0 ? NONE : hits;
    },
    judges: (name) => name === '' || NAME.test(name),
    judge(text, place) {
      if (place.name === undefined || place.name === '') {
        // What `identity` says without a name for it.
        if (place.event !== 'identity' || place.kind !== 'value' || place.index < 2) return false;
      }
      if (place.kind !== 'value' || (place.event !== 'identity' && place.event !== 'metadata')) return false;
      if (isNeutral(text)) return false;
      return !keepOpaque || (!isOpaqueId(text) && !/^\d{1,6}$/.test(text));
    },
  };
}
