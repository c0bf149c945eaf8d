import type { PersonalValue } from '../plan/plan.ts';
import type { PlanBuilder } from '../plan/plan-builder.ts';
import type { ValueGenerator } from '../plan/value-generator.ts';

/** Plants what applications send themselves: identities, named secrets, free text, and texts in every spelling. */
export function plantApplications(builder: PlanBuilder): void {
  plantIdentity(builder);
  plantSecrets(builder);
  plantTexts(builder);
  plantSpellings(builder);
  plantUnreadable(builder);
}

function plantIdentity(builder: PlanBuilder): void {
  const { values } = builder;
  builder.event('identity', 'identity', (plant) => [
    null,
    {
      user: plant(values.identifier(), 'user'),
      conference: plant(values.identifier(), 'conference'),
      session: plant(values.identifier(), 'session'),
      displayName: plant(values.identifier(), 'displayName'),
    },
  ]);
  builder.event('opaque ids', 'identity', (plant) => [
    null,
    {
      user: plant(values.opaqueIdentifier(), 'user'),
      conference: plant(values.opaqueIdentifier(), 'conference'),
      session: plant(values.opaqueIdentifier(), 'session'),
    },
  ]);
  builder.event('an object', 'identity', (plant) => [null, { user: { id: plant(values.identifier(), 'user.id') } }]);
  builder.event('addresses', 'publicIP', (plant) => [
    null,
    [plant(values.ipv4(), 'IPv4'), plant(values.ipv6(), 'IPv6'), plant(values.hostname(), 'a name')],
  ]);
  builder.event('participants', ':joined', (plant) => [
    null,
    {
      userId: plant(values.identifier(), 'userId'),
      displayName: plant(values.identifier(), 'displayName'),
      roomName: plant(values.identifier(), 'roomName'),
      sessionId: plant(values.identifier(), 'sessionId'),
      participants: [
        { userName: plant(values.identifier(), 'participants.userName'), id: plant.technical(values.uuid()) },
      ],
      phone: plant(values.phone(), 'phone'),
      ssrc: plant.technical(values.number(10)),
    },
  ]);
}

function plantSecrets(builder: PlanBuilder): void {
  const { values } = builder;
  const names = ['password', 'secret', 'token', 'apiKey', 'Authorization', 'Cookie', 'clientSecret', 'private-key'];
  builder.event('secrets by name', ':login', (plant) => [
    null,
    Object.fromEntries(names.map((name) => [name, plant(values.secret(), name)])),
  ]);
  builder.event('secrets by name in JSON text', 'futureEvent', (plant) => [
    'PC_0',
    { body: JSON.stringify(Object.fromEntries(names.map((name) => [name, plant(values.secret(), name)]))) },
  ]);
  builder.event('ICE servers in JSON text', ':config', (plant) => [
    null,
    JSON.stringify({
      iceServers: [
        {
          urls: 'turn:turn.example.com',
          username: plant(values.turnUser(), 'username'),
          credential: plant(values.secret(), 'credential'),
        },
      ],
    }),
  ]);
}

/** Values that are recognizable by their form, regardless of the text around them. */
const RECOGNIZABLE: readonly (readonly [kind: string, generate: (values: ValueGenerator) => PersonalValue])[] = [
  ['an e-mail address', (values) => values.email()],
  ['a phone number', (values) => values.phone()],
  ['a payment card', (values) => values.card()],
  ['an IPv4 address', (values) => values.ipv4()],
  ['an IPv6 address', (values) => values.ipv6()],
  ['a MAC address', (values) => values.mac()],
  ["a machine's name", (values) => values.hostname()],
  ['a URL', (values) => values.url()],
  ['a password', (values) => values.namedSecret()],
  ['a header', (values) => values.bearer()],
  ['a token', (values) => values.jwt()],
];

function plantTexts(builder: PlanBuilder): void {
  const { values } = builder;
  const place = (name: string, method: string, elements: (text: string) => readonly unknown[]): void => {
    builder.event(name, method, (plant) => {
      const texts = RECOGNIZABLE.map(([kind, generate]) => plant(generate(values), kind));
      return elements(texts.join(' and '));
    });
  };
  place('free text', ':log', (text) => [null, text]);
  place('text of an object', ':log', (text) => ['PC_0', { level: 'info', message: `saw ${text}` }]);
  place('text of a list', ':log', (text) => [null, ['a', [1795365768017.123, [text]]]]);
  place('text', 'futureEvent', (text) => ['PC_0', { detail: [{ ssrc: 3667201911, note: text }] }]);
  place('stack', 'error', (text) => [
    null,
    { name: 'TypeError', stack: `TypeError: ${text}\n    at f (app.js:10:22)` },
  ]);
  builder.event('a full name with its e-mail address', ':log', (plant) => [
    null,
    `from ${plant(values.fullName())} <a@mail.example>`,
  ]);
  builder.event('a home directory', ':log', (plant) => [
    null,
    `ENOENT: /home/${plant(values.identifier())}/.config/x.json, errno 2`,
  ]);
}

/** Other spellings of the same text, in which a value could be overlooked. */
const SPELLINGS: readonly (readonly [string, (text: string, delta: number) => string])[] = [
  ['JSON escapes', (text, delta) => `[":log",null,"${unicodeEscaped(text)}",${delta}]`],
  ['upper case', (text, delta) => event(text.toUpperCase(), delta)],
  ['percent-encoding', (text, delta) => event(`saw ${encodeURIComponent(text)}`, delta)],
  ['percent-encoding of every character', (text, delta) => event(percentEncoded(text), delta)],
  ['percent-encoding twice', (text, delta) => event(encodeURIComponent(encodeURIComponent(text)), delta)],
  ['JSON text', (text, delta) => event(JSON.stringify({ note: text, n: [1, 2.5] }), delta)],
  ['JSON text in JSON text', (text, delta) => event(JSON.stringify({ body: JSON.stringify({ note: text }) }), delta)],
  ['torn JSON text', (text, delta) => event(`got {"ssrc":3667201911,"x":${JSON.stringify(text)}`, delta)],
  ['a key', (text, delta) => JSON.stringify([':map', null, { [text]: { n: 1 } }, delta])],
  ['the scope', (text, delta) => JSON.stringify([24, text, 'connected', delta])],
  ['the name of the event', (text, delta) => JSON.stringify([`:${text}`, null, { ssrc: 3667201911 }, delta])],
  ['a repeated key', (text, delta) => `[":log",null,{"a":${JSON.stringify(text)},"a":"b"},${delta}]`],
  ['white space between tokens', (text, delta) => ` [ ":log" , null , [ ${JSON.stringify(text)} , 1.50 ] , ${delta} ]`],
];

function plantSpellings(builder: PlanBuilder): void {
  for (const [spelling, write] of SPELLINGS) {
    for (const [kind, generate] of RECOGNIZABLE) {
      // Secrets are case-sensitive, so in upper case they are different ones.
      if (spelling === 'upper case' && /token|password|header/.test(kind)) continue;
      const method = spelling === 'the scope' ? 'oniceconnectionstatechange' : spelling === 'a key' ? ':map' : ':log';
      const place = `${kind}, ${spelling}`;
      builder.line(place, method, (plant, delta) => write(plant(generate(builder.values)), delta));
    }
  }
}

/** Plants values in messages that cannot be parsed as events, so none of their content may be stored. */
function plantUnreadable(builder: PlanBuilder): void {
  const { values } = builder;
  builder.unreadable('a message that is not JSON', (plant) => `hello from ${plant(values.email())}`);
  builder.unreadable('a message that is not an event', (plant) => JSON.stringify({ address: plant(values.ipv4()) }));
  builder.unreadable('a truncated message', (plant) => `[":torn",null,"${plant(values.email())}`);
  builder.unreadable('a binary message', (plant) => Buffer.from(`binary from ${plant(values.ipv4())}`));
  builder.unreadable('a message that is not UTF-8', (plant) => {
    return Buffer.from(`[":log",null,"\xff ${plant(values.email())}",1]`, 'latin1');
  });
}

function event(text: string, delta: number): string {
  return JSON.stringify([':log', null, text, delta]);
}

function unicodeEscaped(text: string): string {
  return [...text].map((char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`).join('');
}

function percentEncoded(text: string): string {
  return [...Buffer.from(text)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');
}
