import type { Value } from '../plan/plan.ts';
import type { PlanBuilder } from '../plan/plan-builder.ts';
import type { Values } from '../plan/values.ts';

/** What applications send of their own: who is there, secrets by their names, free text, and all of it in every spelling. */
export function plantApplications(planting: PlanBuilder): void {
  plantIdentity(planting);
  plantSecrets(planting);
  plantTexts(planting);
  plantSpellings(planting);
  plantUnreadable(planting);
}

function plantIdentity(planting: PlanBuilder): void {
  const { values } = planting;
  planting.event('identity', 'identity', (plant) => [
    null,
    {
      user: plant(values.identifier(), 'user'),
      conference: plant(values.identifier(), 'conference'),
      session: plant(values.identifier(), 'session'),
      displayName: plant(values.identifier(), 'displayName'),
    },
  ]);
  planting.event('opaque ids', 'identity', (plant) => [
    null,
    {
      user: plant(values.opaqueIdentifier(), 'user'),
      conference: plant(values.opaqueIdentifier(), 'conference'),
      session: plant(values.opaqueIdentifier(), 'session'),
    },
  ]);
  planting.event('an object', 'identity', (plant) => [null, { user: { id: plant(values.identifier(), 'user.id') } }]);
  planting.event('addresses', 'publicIP', (plant) => [
    null,
    [plant(values.ipv4(), 'IPv4'), plant(values.ipv6(), 'IPv6'), plant(values.hostname(), 'a name')],
  ]);
  planting.event('participants', ':joined', (plant) => [
    null,
    {
      userId: plant(values.identifier(), 'userId'),
      displayName: plant(values.identifier(), 'displayName'),
      roomName: plant(values.identifier(), 'roomName'),
      sessionId: plant(values.identifier(), 'sessionId'),
      participants: [{ userName: plant(values.identifier(), 'participants.userName'), id: plant.stays(values.uuid()) }],
      phone: plant(values.phone(), 'phone'),
      ssrc: plant.stays(values.number(10)),
    },
  ]);
}

function plantSecrets(planting: PlanBuilder): void {
  const { values } = planting;
  const names = ['password', 'secret', 'token', 'apiKey', 'Authorization', 'Cookie', 'clientSecret', 'private-key'];
  planting.event('secrets by name', ':login', (plant) => [
    null,
    Object.fromEntries(names.map((name) => [name, plant(values.secret(), name)])),
  ]);
  planting.event('secrets by name in JSON text', 'futureEvent', (plant) => [
    'PC_0',
    { body: JSON.stringify(Object.fromEntries(names.map((name) => [name, plant(values.secret(), name)]))) },
  ]);
  planting.event('ICE servers in JSON text', ':config', (plant) => [
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

/** What is known by its form, whatever stands around it. */
export function textsOf(values: Values): readonly (readonly [string, Value])[] {
  return [
    ['an e-mail address', values.email()],
    ['a phone number', values.phone()],
    ['a payment card', values.card()],
    ['an IPv4 address', values.ipv4()],
    ['an IPv6 address', values.ipv6()],
    ['a MAC address', values.mac()],
    ["a machine's name", values.hostname()],
    ['a URL', values.url()],
    ['a password', values.namedSecret()],
    ['a header', values.bearer()],
    ['a token', values.jwt()],
  ];
}

function plantTexts(planting: PlanBuilder): void {
  const { values } = planting;
  const place = (name: string, method: string, write: (text: string) => readonly unknown[]): void => {
    planting.event(name, method, (plant) =>
      write(
        textsOf(values)
          .map(([what, value]) => plant(value, what))
          .join(' and '),
      ),
    );
  };
  place('free text', ':log', (text) => [null, text]);
  place('text of an object', ':log', (text) => ['PC_0', { level: 'info', message: `saw ${text}` }]);
  place('text of a list', ':log', (text) => [null, ['a', [1795365768017.123, [text]]]]);
  place('text', 'futureEvent', (text) => ['PC_0', { detail: [{ ssrc: 3667201911, note: text }] }]);
  place('stack', 'error', (text) => [
    null,
    { name: 'TypeError', stack: `TypeError: ${text}\n    at f (app.js:10:22)` },
  ]);
  planting.event('a full name with its e-mail address', ':log', (plant) => {
    const word = values.word();
    const name: Value = { text: `Anna ${word}`, needles: [word], classes: ['contact'] };
    return [
      null,
      `from ${plant({ ...name, text: name.text.replace(word, word[0]!.toUpperCase() + word.slice(1)) })} <a@mail.example>`,
    ];
  });
  planting.event('a home directory', ':log', (plant) => [
    null,
    `ENOENT: /home/${plant(values.identifier())}/.config/x.json, errno 2`,
  ]);
}

/** How the same text can be written otherwise, and hide. */
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

function plantSpellings(planting: PlanBuilder): void {
  for (const [spelling, write] of SPELLINGS) {
    for (const [what] of textsOf(planting.values)) {
      // Case is part of a token, and of a URL's path.
      if (spelling === 'upper case' && /token|password|header/.test(what)) continue;
      const method = spelling === 'the scope' ? 'oniceconnectionstatechange' : spelling === 'a key' ? ':map' : ':log';
      planting.line(`${what}, ${spelling}`, method, (plant, delta) => {
        const [, value] = textsOf(planting.values).find(([name]) => name === what)!;
        return write(plant(value), delta);
      });
    }
  }
}

/** Nobody understands it, so nothing of it may be kept. */
function plantUnreadable(planting: PlanBuilder): void {
  const { values } = planting;
  planting.unreadable('a message that is no JSON', (plant) => `hello from ${plant(values.email())}`);
  planting.unreadable('a message that is no event', (plant) => JSON.stringify({ address: plant(values.ipv4()) }));
  planting.unreadable('a message that is cut short', (plant) => `[":torn",null,"${plant(values.email())}`);
  planting.unreadable('a binary message', (plant) => Buffer.from(`binary from ${plant(values.ipv4())}`));
  planting.unreadable('a message that is not UTF-8', (plant) => {
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
