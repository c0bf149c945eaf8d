import type { DumpKeys } from '../catalog/dump-keys.ts';

/** A call of a method of `DumpKeys` from a worker, which the primary executes. */
export type DumpKeysCall = {
  [N in keyof DumpKeys]: { readonly method: N; readonly given: Parameters<DumpKeys[N]> };
}[keyof DumpKeys];

/** The keys of dumps as a worker sees them. */
export function dumpKeysOver(call: (call: DumpKeysCall) => Promise<unknown>): DumpKeys {
  return {
    keep: async (...given) => (await call({ method: 'keep', given })) as Awaited<ReturnType<DumpKeys['keep']>>,
    add: async (...given) => void (await call({ method: 'add', given })),
    of: async (...given) => (await call({ method: 'of', given })) as Awaited<ReturnType<DumpKeys['of']>>,
    removeOthers: async (...given) => void (await call({ method: 'removeOthers', given })),
    remove: async (...given) => void (await call({ method: 'remove', given })),
  };
}

/** Executes a call of a worker. */
export function callDumpKeys(keys: DumpKeys, call: DumpKeysCall): Promise<unknown> {
  switch (call.method) {
    case 'keep':
      return keys.keep(...call.given);
    case 'add':
      return keys.add(...call.given);
    case 'of':
      return keys.of(...call.given);
    case 'removeOthers':
      return keys.removeOthers(...call.given);
    case 'remove':
      return keys.remove(...call.given);
  }
}
