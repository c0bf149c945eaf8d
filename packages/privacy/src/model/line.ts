declare const clean: unique symbol;

/**
 * One line of a dump that went through the anonymizer: UTF-8 bytes of a JSON value, without a line break. Only the
 * anonymizer makes one; the spool takes nothing else, so storing raw data does not compile.
 *
 * The bytes may be a view of the buffer that was handed in: write or copy them before that buffer is used again.
 */
export type CleanLine = Uint8Array & { readonly [clean]: true };

/** A whole dump of another format that went through the anonymizer. */
export type CleanDump = Uint8Array & { readonly [clean]: true };

/** Why a message was not kept. `notJson`: no JSON text (RFC 8259) or not UTF-8; `notEvent`: JSON,
 * but no event; `custom`: the policy drops the events of applications. */
export const DROP_REASONS = ['notJson', 'notEvent', 'binary', 'tooDeep', 'custom'] as const;
export type DropReason = (typeof DROP_REASONS)[number];
