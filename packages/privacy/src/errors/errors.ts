/**
 * Every error code of this package, with its meaning. Messages never hold content of a dump, because errors end up in
 * logs. `notJson` and `tooDeep` also count dropped messages in receipts.
 */
export const PRIVACY_ERRORS = {
  POLICY_INVALID: 'The settings are not a valid policy (PolicyError; `problems` lists every mistake)',
  textTooLong: 'A line or a webrtc-internals dump is too long to be verified (UnreadableInputError)',
  notJson: 'A text is not JSON, RFC 8259 (NotJsonError; caught inside this package)',
  tooDeep: 'A JSON text is nested too deeply to be read (NotJsonError; caught inside this package)',
} as const;
export type PrivacyErrorCode = keyof typeof PRIVACY_ERRORS;
