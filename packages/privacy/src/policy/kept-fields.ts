import type { PathPart } from '../json/visitor.ts';

/**
 * Compiles `customEvents.keepFields`: the result tells whether the property names in a path end with those of one of
 * `fields`, where `*` is any name. List indexes are ignored.
 */
export function keptFields(fields: readonly string[]): (path: readonly PathPart[]) => boolean {
  const ways = fields.map((field) => field.split('.'));
  return (path) => {
    if (ways.length === 0) return false;
    const names = path.filter((part) => typeof part === 'string');
    return ways.some((way) => {
      const first = names.length - way.length;
      return first >= 0 && way.every((part, index) => part === '*' || part === names[first + index]);
    });
  };
}
