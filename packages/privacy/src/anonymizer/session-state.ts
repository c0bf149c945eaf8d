import type { Locate } from '../model/location.ts';
import type { Receipt } from '../receipt/receipt.ts';
import type { MemoryState } from '../text/session-memory.ts';
import type { EventTimesState } from './event-times.ts';

/** Options of a session's anonymizer. */
export interface AnonymizerOptions {
  readonly locate?: Locate | undefined;
  readonly sessionKey?: Uint8Array | undefined;
  /**
   * Whether derived values of the input are kept where nothing can be derived again, because the input is a dump that
   * was anonymized before. Default: they are removed, because clients must not be able to send them.
   */
  readonly keepsDerived?: boolean | undefined;
}

/** The state of a session's anonymizer, which can be sent to another thread. */
export interface Handover {
  readonly memory: MemoryState;
  readonly times: EventTimesState;
  readonly receipt: Receipt;
}
