const NOUNS =
  'participant attendee user member peer caller callee guest patient customer invitee moderator presenter teilnehmer ' +
  'benutzer utilisateur usuario';
/** Parties that are parts of a program as well: `subscriber lena.roth timed out`. */
const PARTS =
  'subscriber publisher viewer listener speaker client consumer producer receiver sender agent operator owner organizer ' +
  'cohost student teacher doctor';
const JOINING =
  'join joins joined joining leave leaves leaving left enter enters entered entering create created ending ended';
/** Before `as`, which somebody's name follows. */
const BECOMING =
  'connect connected connecting reconnected join joined joining rejoined registered registering authenticated identified ' +
  'publishing subscribing publish known acting entered dial dialed login logged signed';

/** The words, and the same with a capital first letter. */
function eitherCase(words: string): string {
  const list = words.split(' ').flatMap((word) => [word, word.charAt(0).toUpperCase() + word.slice(1)]);
  return `(?<![\\p{L}\\p{N}_])(?:${list.join('|')})`;
}

/** A name or an id without spaces, which does not end with a full stop. */
const WORD = '([\\p{L}\\p{N}](?:[\\p{L}\\p{N}_.@-]{0,62}[\\p{L}\\p{N}])?)(?![\\p{L}\\p{N}_@=-])';
/** The same with a sign in it, so that no ordinary word is meant: `roth-family`. */
const JOINED_WORD = '([\\p{L}\\p{N}]{2,30}[_-](?:[\\p{L}\\p{N}_.-]{0,40}[\\p{L}\\p{N}]))(?![\\p{L}\\p{N}_@=-])';
const DONE_BY_PERSONS =
  '(?:has |is |was |did |got )?(?:joined|joins|left|leaves|connected|disconnected|reconnected|entered|exited|kicked|banned|admitted|hung up|raised|muted|unmuted|speaking|ringing|timed out|times out|dropped|went|lost|gone|typing|waiting|published|unpublished|subscribed|unsubscribed|started|stopped|shared|sharing|sent|accepted|declined|rejected|answered|invited|removed|added|promoted|demoted|requested|switched|turned|failed|closed|offline|online|idle)(?![\\p{L}\\p{N}_])';
const DONE_TO_ROOMS =
  '(?:has been |has |is |was |been )?(?:closed|closing|opened|created|destroyed|deleted|ended|started|locked|unlocked|full|empty|expired|not found|removed|terminated|finished)(?![\\p{L}\\p{N}_])';

/** Nouns behind which log messages name a person: `participant Anna Keller left`. */
const NAMED_PERSON = new RegExp(
  `${eitherCase(NOUNS)}(?: named)? ["'“„«]?(\\p{Lu}[\\p{Ll}\\p{M}'’-]{1,30}(?: \\p{Lu}[\\p{L}\\p{M}'’-]{1,30}){1,2})(?![\\p{L}\\p{M}\\p{N}_=:])`,
  'dgu',
);
/** A user in a message about it: `peer anna.k connected`, `connected as anna.k`. */
const USERS: readonly RegExp[] = [
  new RegExp(`${eitherCase(`${NOUNS} ${PARTS}`)} ["'\`]?${WORD}["'\`]? ${DONE_BY_PERSONS}`, 'dgu'),
  new RegExp(`${eitherCase(BECOMING)}(?: in| on)? as (?:user )?["'\`]?${WORD}`, 'dgu'),
];
/** A room in a message about it: `joined room standup-7`, `room standup-7 closed`. */
const ROOMS: readonly RegExp[] = [
  new RegExp(
    `${eitherCase(JOINING)} (?:the )?(?:room|meeting|conference|call|channel) ["'\`]?([\\p{L}\\p{N}_.@-]{2,64})`,
    'dgu',
  ),
  new RegExp(`${eitherCase('room meeting conference lobby raum salon sala')} ["'\`]?${JOINED_WORD}`, 'dgu'),
  new RegExp(`${eitherCase('room meeting conference')} ["'\`]?${WORD}["'\`]? ${DONE_TO_ROOMS}`, 'dgu'),
];
const HINT = new RegExp(
  `room|meeting|conference|call|channel|lobby|raum|salon|sala | as |${`${NOUNS} ${PARTS}`.replaceAll(' ', '|')}`,
  'i',
);

/** Decides about the words that may be a name, and replaces them. */
export interface NameRules {
  /** Whether words with capital first letters are the name of a person. */
  isFullName(words: string): boolean;
  /** Whether the word may be a term instead of a name or an id. */
  isTechnical(word: string): boolean;
  replace(name: string, kind: 'name' | 'conference'): string;
}

/** Replaces the names of persons and rooms that messages are about. Returns the same text if there are none. */
export function rewriteNamedPersons(text: string, rules: NameRules): string {
  if (!text.includes(' ') || !HINT.test(text)) return text;
  let clean = replaced(text, NAMED_PERSON, (name) => (rules.isFullName(name) ? rules.replace(name, 'name') : name));
  for (const pattern of USERS)
    clean = replaced(clean, pattern, (name) => (rules.isTechnical(name) ? name : rules.replace(name, 'name')));
  for (const pattern of ROOMS)
    clean = replaced(clean, pattern, (name) => (rules.isTechnical(name) ? name : rules.replace(name, 'conference')));
  return clean;
}

/** Replaces the first group of each match. */
function replaced(text: string, pattern: RegExp, judge: (name: string) => string): string {
  let out = '';
  let copied = 0;
  pattern.lastIndex = 0;
  // `matchAll` would copy the expression each time.
  for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
    const next = pattern.lastIndex;
    const [start, end] = match.indices![1]!;
    const clean = judge(match[1]!);
    // The judge may read another text.
    pattern.lastIndex = next;
    if (clean === match[1]) continue;
    out += text.slice(copied, start) + clean;
    copied = end;
  }
  return copied === 0 ? text : out + text.slice(copied);
}
