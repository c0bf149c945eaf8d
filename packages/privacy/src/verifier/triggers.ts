/**
 * One pass over a text that tells which detectors could find anything in it, so that the others can be skipped. Each
 * trigger is a set of short patterns; all are compiled into one deterministic automaton. A pattern must be weaker than
 * the search of its detector: an unnecessary trigger costs time, a missing one a finding.
 */

export const IPV4 = 1 << 0;
export const IPV6 = 1 << 1;
export const DASHED_IPV6 = 1 << 2;
export const ARPA = 1 << 3;
export const MAC = 1 << 4;
export const PRIVATE_DOMAIN = 1 << 5;
export const ADDRESS_FIELD = 1 << 6;
export const AUTHORITY = 1 << 7;
export const ICE_URL = 1 << 8;
export const JWT = 1 << 9;
export const AUTH_SCHEME = 1 << 10;
export const SECRET_NAME = 1 << 11;
export const PASSWORD_LINE = 1 << 12;
export const SDP_KEY = 1 << 13;
export const KNOWN_KEY = 1 << 14;
export const EMAIL = 1 << 15;
export const PHONE = 1 << 16;
export const CARD = 1 << 17;
export const ORIGIN_LINE = 1 << 18;
export const IDENTITY_LINE = 1 << 19;
export const DEVICE_OWNER = 1 << 20;
export const USB_ID = 1 << 21;
export const DEVICE_ID = 1 << 22;
/** Lines that occur only in session descriptions, so the text is a session description or quotes one. */
export const SDP_LINE = 1 << 24;
/** Home directories. */
export const HOME = 1 << 25;
/** A question mark, which may begin a query. */
export const QUERY = 1 << 26;
/** Escapes, percent-encoding, character references: the text has another layer. */
export const ENCODED = 1 << 23;

/**
 * Lower-case letters, digits and signs match themselves, ignoring case. `D` is a digit, `N` a digit except zero, `H` a
 * hex digit, `X` a digit or `x`, `S` and `K` separators of groups of digits, `Q` an apostrophe,
 * `B` any character that is not part of a number or word, `^` the start of a line. `{n,m}` repeats the preceding
 * character.
 */
const PATTERNS: readonly (readonly [number, string])[] = [
  [IPV4, 'X.X'],
  [IPV4, 'X-X'],
  [IPV6, ':H{0,4}:'],
  [IPV6, ':x:'],
  [DASHED_IPV6, 'HHHH-H{0,4}-'],
  [ARPA, '.arpa'],
  [MAC, 'HH:HH:HH'],
  [MAC, 'HH-HH-HH'],
  [MAC, 'HH_HH_HH'],
  [MAC, 'mac'],
  [MAC, '.HHHH.'],
  [PRIVATE_DOMAIN, '.local'],
  [PRIVATE_DOMAIN, '.lan'],
  [PRIVATE_DOMAIN, '.home'],
  [PRIVATE_DOMAIN, '.fritz.'],
  [ADDRESS_FIELD, 'candidate:'],
  // Foundation, in few states.
  [ADDRESS_FIELD, 'undat'],
  [ADDRESS_FIELD, 'raddr '],
  [ADDRESS_FIELD, 'in ip'],
  [ADDRESS_FIELD, 'in  '],
  [AUTHORITY, '//'],
  [ICE_URL, 'stun:'],
  [ICE_URL, 'stuns:'],
  [ICE_URL, 'turn:'],
  [ICE_URL, 'turns:'],
  [JWT, 'eyj'],
  [JWT, 'w3s'],
  [JWT, 'wyj'],
  [JWT, 'eya'],
  [JWT, 'ewo'],
  [AUTH_SCHEME, 'bearer'],
  [AUTH_SCHEME, 'basic'],
  [AUTH_SCHEME, 'digest'],
  [AUTH_SCHEME, 'negotiate'],
  ...[
    'passw',
    'passph',
    'private key',
    'secret',
    'token',
    'key=',
    'key:',
    'key ',
    'keyQ',
    'key"',
    'key\\',
    'cookie',
    'credential',
    'authori',
    'kennw',
    'contra',
    'senh',
    'wacht',
    'jsess',
    'phpses',
    'srf',
  ].map((word): [number, string] => [SECRET_NAME, word]),
  [PASSWORD_LINE, 'pwd'],
  [SDP_KEY, 'inline:'],
  [SDP_KEY, '^k='],
  [SDP_KEY, 'k=base64:'],
  [SDP_KEY, 'k=clear:'],
  ...wordsOf(KNOWN_KEY, 'akia asia github_ ghp_ gho_ ghu_ ghs_ ghr_ xox sk_live_'),
  [EMAIL, '@'],
  [EMAIL, '<[e'],
  ...['sip:', 'sips:', 'xmpp', 'acct:', 'skype', 'facet', 'mailt'].map((word): [number, string] => [EMAIL, word]),
  [PHONE, '+ {0,1}({0,1}N'],
  [PHONE, 'B00N'],
  [PHONE, 'B00 N'],
  [PHONE, 'B00-N'],
  [PHONE, '(0D'],
  [PHONE, 'B0N'],
  [PHONE, 'SNDDSDDDD'],
  [PHONE, ')NDDSDDDD'],
  [PHONE, ') NDDDDS'],
  [PHONE, ')NDDDDS'],
  [PHONE, ') DDD-DD-'],
  [PHONE, ')DDD-DD-'],
  ...['phone', 'tel', 'mobile', 'vil', 'celul', 'handy', 'whatsa', 'fax'].map((word): [number, string] => [
    PHONE,
    word,
  ]),
  [PHONE, 'sms:'],
  [PHONE, 'callto:'],
  [CARD, 'D{13}'],
  [CARD, 'DDDDKDDDDKDDDDK'],
  [CARD, 'KDDDDDDK'],
  ...['home/', 'users'].map((word): [number, string] => [HOME, word]),
  [QUERY, '?'],
  [QUERY, 'data:'],
  [ORIGIN_LINE, 'o='],
  ...[...'siuep'].map((letter): [number, string] => [IDENTITY_LINE, `^${letter}=`]),
  ...[...'siuep'].map((letter): [number, string] => [IDENTITY_LINE, `^ ${letter}=`]),
  [DEVICE_OWNER, 'Qs '],
  [DEVICE_OWNER, 'Q '],
  [USB_ID, '(HHHH:'],
  ...['deviceid', 'groupid', 'sourceid', 'device_id', 'group_id', 'source_id'].map((word): [number, string] => [
    DEVICE_ID,
    word,
  ]),
  ...[...'vmoa'].map((letter): [number, string] => [SDP_LINE, `^${letter}=`]),
  [ENCODED, '\\'],
  [ENCODED, '%HH'],
  [ENCODED, '&#'],
  ...['&com', '&per', '&col', '&plu', '&quo', '&lt', '&amp', '#01'].map((word): [number, string] => [ENCODED, word]),
  // The forms in which servers, native libraries and systems write values; a tilde stands for a space.
  ...wordsOf(IPV4, 'D_D'),
  ...wordsOf(ARPA, 'H{8}.'),
  ...wordsOf(MAC, 'H:H{1,2}:H{1,2}:H{1,2}:H xH{12} fffe ff:fe'),
  ...wordsOf(PRIVATE_DOMAIN, '.intern .intra .corp .speedport. .mshome. .ts.net'),
  ...wordsOf(ADDRESS_FIELD, 'ssid host~name hostname host_name host-name computer machine'),
  ...wordsOf(AUTH_SCHEME, 'nonce response='),
  ...wordsOf(SECRET_NAME, 'username: username= username" usernameQ pass= pw= psk='),
  ...wordsOf(SDP_KEY, 'mikey key-mgmt'),
  ...wordsOf(KNOWN_KEY, 'cand[ ice-str ice-peer udp~D.D tcp~D.D'),
  ...wordsOf(EMAIL, '<tel: <im: !'),
  ...wordsOf(DEVICE_OWNER, 'notreada notfounde overconstr getuserme could~not~st failed~to~all ~von~ ~de~ ~van~'),
];

function wordsOf(bit: number, list: string): [number, string][] {
  return list.split(' ').map((word) => [bit, word.replaceAll('~', ' ')]);
}

const SIGNS = ' .:-/\\%&#@+()=_"|<[?!';
/** Columns of the table: letters, zero, other digits, signs, apostrophes, line ends, everything else. */
const LETTER_COLUMNS = 26;
const ZERO = LETTER_COLUMNS;
const DIGIT = ZERO + 1;
const FIRST_SIGN = DIGIT + 1;
const APOSTROPHE = FIRST_SIGN + SIGNS.length;
const LINE_END = APOSTROPHE + 1;
const OTHER = LINE_END + 1;
const COLUMN_BITS = 6;
const WIDTH = 1 << COLUMN_BITS;

const COLUMNS = Uint8Array.from({ length: 128 }, (_, code) => {
  const character = String.fromCharCode(code).toLowerCase();
  if (character >= 'a' && character <= 'z') return character.charCodeAt(0) - 97;
  if (character === '0') return ZERO;
  if (character >= '1' && character <= '9') return DIGIT;
  if (SIGNS.includes(character)) return FIRST_SIGN + SIGNS.indexOf(character);
  if (character === "'" || character === '`') return APOSTROPHE;
  return character === '\n' || character === '\r' ? LINE_END : OTHER;
});

const LETTERS = Array.from({ length: LETTER_COLUMNS }, (_, index) => index);
const HEX = [...LETTERS.slice(0, 6), ZERO, DIGIT];
const WORD = new Set([...LETTERS, ZERO, DIGIT, column('_')]);
const CLASSES: Readonly<Record<string, readonly number[]>> = {
  D: [ZERO, DIGIT],
  N: [DIGIT],
  H: HEX,
  X: [ZERO, DIGIT, column('x')],
  S: [...' .-'].map(column),
  K: [...' -._/'].map(column),
  Q: [APOSTROPHE],
  B: Array.from({ length: OTHER + 1 }, (_, index) => index).filter((index) => !WORD.has(index)),
  '^': [LINE_END],
};

/** Built for the first text, because it takes 0.2 s and many programs that can verify never do. */
let automaton: ReturnType<typeof build> | undefined;

/** Builds the automaton, for programs in which the first text must not take longer than others. */
export function prepareTriggers(): void {
  automaton ??= build();
}

/** The triggers that `text` pulls, as a bit set. */
export function triggersOf(text: string): number {
  automaton ??= build();
  const { TABLE, FOUND, START } = automaton;
  let found = 0;
  let state = START; // as after a line end, because patterns may require one, or the start of a word
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    state = TABLE[(state << COLUMN_BITS) + (code < 128 ? COLUMNS[code]! : foreignColumn(code))]!;
    found |= FOUND[state]!;
  }
  return found;
}

/** No-break spaces and typographic apostrophes are treated like the plain ones. */
function foreignColumn(code: number): number {
  if (code === 0x2019 || code === 0x2018) return APOSTROPHE;
  return code === 0xa0 || code === 0x202f ? FIRST_SIGN : OTHER;
}

function column(character: string): number {
  return COLUMNS[character.charCodeAt(0)]!;
}

/** Expands a pattern into sequences of column sets, one for every number of repetitions. */
function expand(pattern: string): number[][][] {
  let sequences: number[][][] = [[]];
  for (const [, character, min, max] of pattern.matchAll(/(.)(?:\{(\d+)(?:,(\d+))?\})?/gs)) {
    const set = [...(CLASSES[character!] ?? [column(character!)])];
    const from = min === undefined ? 1 : Number(min);
    const to = max === undefined ? from : Number(max);
    sequences = sequences.flatMap((sequence) =>
      Array.from({ length: to - from + 1 }, (_, more) => [...sequence, ...new Array<number[]>(from + more).fill(set)]),
    );
  }
  return sequences;
}

/** A position in a pattern: before a character that has to be in `set`. */
interface Position {
  readonly id: number;
  readonly set: ReadonlySet<number>;
  /** The position after that character; undefined if the pattern is complete then. */
  readonly next: Position | undefined;
  readonly bit: number;
}

/** Advances positions by one character: the positions reached, and the bits of patterns that are complete. */
function step(positions: readonly Position[], character: number): { reached: Position[]; bits: number } {
  const reached: Position[] = [];
  let bits = 0;
  for (const { set, next, bit } of positions) {
    if (!set.has(character)) continue;
    if (next === undefined) bits |= bit;
    else reached.push(next);
  }
  return { reached, bits };
}

/** Subset construction: a state is the set of positions reached so far; every pattern may begin at every character. */
function build(): { TABLE: Uint16Array; FOUND: Int32Array; START: number } {
  let id = 0;
  const begins: Position[] = PATTERNS.flatMap(([bit, pattern]) =>
    expand(pattern).map((sequence) => {
      let next: Position | undefined;
      for (const set of sequence.toReversed()) next = { id: id++, set: new Set(set), next, bit };
      return next!;
    }),
  );
  const fresh = Array.from({ length: OTHER + 1 }, (_, character) => step(begins, character));
  const states = new Map<string, number>([['0:', 0]]);
  const pending: Position[][] = [[]];
  const found = [0];
  const stateOf = (reached: Position[], bits: number): number => {
    const key = `${bits}:${reached.map(({ id: at }) => at).join()}`;
    let state = states.get(key);
    if (state === undefined) {
      state = pending.push(reached) - 1;
      states.set(key, state);
      found.push(bits);
    }
    return state;
  };
  // Where no pattern goes on, which is nearly everywhere, the state is that of the character alone.
  const alone = fresh.map(({ reached, bits }) => stateOf(reached, bits));
  const cells: number[] = [];
  for (let state = 0; state < pending.length; state++) {
    for (const [character, begun] of fresh.entries()) {
      const { reached, bits } = step(pending[state]!, character);
      cells[state * WIDTH + character] =
        reached.length === 0 && bits === 0
          ? alone[character]!
          : stateOf([...reached, ...begun.reached], bits | begun.bits);
    }
  }
  if (pending.length > 0xffff) throw new RangeError('the trigger automaton has too many states for a 16-bit table');
  const table = new Uint16Array(pending.length * WIDTH);
  for (const [at, next] of cells.entries()) table[at] = next ?? 0;
  return { TABLE: table, FOUND: Int32Array.from(found), START: cells[LINE_END]! };
}
