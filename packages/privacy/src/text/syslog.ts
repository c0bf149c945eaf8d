/**
 * rsyslog and syslogd write control characters as a number sign and three octal digits (`#015#012` for a line break,
 * `#011` for a tab). A whole SIP message or session description is then one line.
 */
const ESCAPED_BREAK = '#015#012';
const ESCAPED = /#01[125]/g;
const CONTROLS: Readonly<Record<string, string>> = { '#011': '\t', '#012': '\n', '#015': '\r' };
const CONTROL = /[\t\n\r]/g;
const HAS_CONTROL = /[\t\n\r]/;

/**
 * The text with its control characters restored; undefined if it has none in this form, or if it could not be written
 * in the same form again, because it has others too.
 */
export function withoutSyslogEscapes(text: string): string | undefined {
  if (!text.includes(ESCAPED_BREAK) || HAS_CONTROL.test(text)) return undefined;
  return text.replace(ESCAPED, (escaped) => CONTROLS[escaped]!);
}

/** The inverse of `withoutSyslogEscapes`. */
export function withSyslogEscapes(text: string): string {
  return text.replace(CONTROL, (control) => (control === '\t' ? '#011' : control === '\n' ? '#012' : '#015'));
}
