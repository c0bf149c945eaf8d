import { type Detector, type Hit, NONE } from './detector.ts';
import { isNeutral, isOpaqueId } from './neutral.ts';
import { HOME } from './triggers.ts';

const NAME =
  /^(?:user|conference|session|room|meeting|participant|peer|endpoint)_?(?:id|name)?$|^(?:display|full|first|last|given|family|nick)_?name$/i;

/**
 * Home directories on Linux, macOS and Windows, which ignores case. `/api/users/42` is a path of an API: macOS and
 * Windows write a capital letter.
 */
const HOMES = /(?:\/home\/|[/\\]Users[/\\]{1,4}|\b[A-Za-z]:[/\\]{1,4}[Uu][Ss][Ee][Rr][Ss][/\\]{1,4})([^\s/\\:"'<>]+)/g;
/** Directories of nobody, and placeholders of manuals. */
const NOBODY =
  /^(?:public|shared|default|user|username|runner|root|me|you|\.{2,3}|…|\W{1,8}|\$\{?\w{1,32}\}?|%\w{1,32}%|\[.*)$/i;

/**
 * Class `identifiers`: user, conference and session as named by a token or the application, in the metadata and in the
 * event `identity`. With `keepOpaque`, generated ids are allowed, because they name nobody by themselves.
 */
export function identifierDetector(keepOpaque: boolean): Detector {
  return {
    class: 'identifiers',
    triggers: HOME,
    find(text) {
      const hits: Hit[] = [];
      for (const match of text.matchAll(HOMES)) {
        const owner = match[1]!;
        if (isNeutral(owner) || NOBODY.test(owner) || (keepOpaque && isOpaqueId(owner))) continue;
        const end = match.index + match[0].length;
        hits.push({ start: end - owner.length, end });
      }
      return hits.length === 0 ? NONE : hits;
    },
    judges: (name) => name === '' || NAME.test(name),
    judge(text, place) {
      if (place.name === undefined || place.name === '') {
        // Only `identity` has personal values without a name.
        if (place.event !== 'identity' || place.kind !== 'value' || place.index < 2) return false;
      }
      if (place.kind !== 'value' || (place.event !== 'identity' && place.event !== 'metadata')) return false;
      if (isNeutral(text)) return false;
      return !keepOpaque || (!isOpaqueId(text) && !/^\d{1,6}$/.test(text));
    },
  };
}
