/**
 * The same object, but its calls fail once `left` has come down to 0, as if the process had been killed: those of the
 * objects that it is composed of, too.
 *
 * @param left called before each call; the number of calls that are still made
 */
export function ending<T extends object>(part: T, left: () => number): T {
  return new Proxy(part, {
    get: (target, property) => {
      const member: unknown = Reflect.get(target, property, target);
      if (typeof member === 'object' && member !== null) return ending(member, left);
      if (typeof member !== 'function') return member;
      return async (...given: unknown[]): Promise<unknown> => {
        if (left() <= 0) throw new Error('killed');
        return await member.apply(target, given);
      };
    },
  });
}
