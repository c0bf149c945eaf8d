declare const clean: unique symbol;

/**
 * One line of an anonymized dump: UTF-8 bytes of a JSON value, without line break. Only the anonymizer creates this
 * type and the spool accepts no other, so code that would store raw data does not compile.
 *
 * The bytes may be a view of the input buffer: write or copy them before the buffer is reused.
 */
export type CleanLine = Uint8Array & { readonly [clean]: true };

/** A whole anonymized dump in a format other than rtcstats. */
export type CleanDump = Uint8Array & { readonly [clean]: true };

/**
 * Why a message was dropped. `notJson`: not JSON text (RFC 8259) or not UTF-8. `notEvent`: JSON, but not an event.
 * `binary`: a binary frame. `tooDeep`: nested too deeply. `custom`: an application event, which the policy drops.
 * `tooSlow`: a large message on which the anonymizer took too long, or that would take too long to convert.
 */
export const DROP_REASONS = ['notJson', 'notEvent', 'binary', 'tooDeep', 'custom', 'tooSlow'] as const;
/** One of `DROP_REASONS`. */
export type DropReason = (typeof DROP_REASONS)[number];
