import { event, type PlantedCase } from './case.ts';
import { MEDIA, OWNER, sdp } from './samples.ts';

/** Information about the owner in session descriptions. */
export const DESCRIPTION_CASES: readonly PlantedCase[] = [
  ...(
    [
      ['o=', [OWNER.replace('-', 'anna.keller')], 'anna'],
      ['s=', [OWNER, "s=Anna's call"], 'anna'],
      ['i=', [OWNER, 's=-', 'i=board meeting'], 'board'],
      ['u=', [OWNER, 's=-', 'u=http://anna.example.org/'], 'anna'],
      ['e=', [OWNER, 's=-', 'e=Anna Keller <anna.keller@example.org>'], 'anna'],
      ['p=', [OWNER, 's=-', 'p=+1 617 555-6011'], '555-6011'],
    ] as const
  ).flatMap(([line, head, gone]) => {
    const text = sdp('v=0', ...head, ...MEDIA);
    const stays = [OWNER.slice(3), ...MEDIA];
    return [
      event(
        'sdpIdentity',
        `${line} of setRemoteDescription`,
        [8, 'PC_0', { type: 'offer', sdp: text }, '8-0', 1],
        gone,
        { stays },
      ),
      event(
        'sdpIdentity',
        `${line} of createOfferOnSuccess`,
        [3, 'PC_0', { sdp: text, type: 'offer' }, '2-0', 1],
        gone,
        { stays },
      ),
      event(
        'sdpIdentity',
        `${line} with line feeds only`,
        [6, 'PC_0', { type: 'offer', sdp: text.replaceAll('\r', '') }, '6-0', 1],
        gone,
        { adversarial: true, stays },
      ),
      event('sdpIdentity', `${line} in an error`, [15, 'PC_0', `Failed to parse: ${text}`, '8-0', 1], gone, {
        adversarial: true,
        stays: MEDIA,
      }),
      event('sdpIdentity', `${line} of an application`, [':sdp', null, text, 1], gone, { adversarial: true, stays }),
      event(
        'sdpIdentity',
        `${line} in JSON text`,
        [':signal', null, JSON.stringify({ type: 'offer', sdp: text }), 1],
        gone,
        { adversarial: true, stays },
      ),
      event('sdpIdentity', `${line} in a quoted SDP`, [':log', null, `set ${JSON.stringify(text)} failed`, 1], gone, {
        adversarial: true,
      }),
    ];
  }),
  event(
    'sdpIdentity',
    'i= of a section',
    [8, 'PC_0', { type: 'answer', sdp: sdp('v=', ...MEDIA, 'i=room of anna') }, '8-0', 1],
    'anna',
    { stays: MEDIA },
  ),
  event(
    'sdpIdentity',
    'an owner with a space',
    [8, 'PC_0', { type: 'offer', sdp: sdp('v=0', 'o=anna keller 1 2 IN IP4 0.0.0.0', 's=-') }, '8-0', 1],
    'anna',
    { adversarial: true },
  ),
  event(
    'sdpIdentity',
    'an owner without numbers',
    [8, 'PC_0', { type: 'offer', sdp: sdp('v=0', 'o=annak x y IN IP4 0.0.0.0', 's=-') }, '8-0', 1],
    'annak',
    { adversarial: true },
  ),
  event(
    'sdpIdentity',
    'an owner quoted alone',
    [15, 'PC_0', 'Failed to parse SessionDescription. o=anna 1 2 IN IP4 0.0.0.0 Expects 6 fields.', '8-0', 1],
    'anna',
    { adversarial: true },
  ),
  event(
    'sdpIdentity',
    'an s= line quoted alone',
    [15, 'PC_0', 'Invalid line 3:\ns=call with anna\nm=audio 9 UDP/TLS/RTP/SAVPF 111', '8-0', 1],
    'anna',
    { adversarial: true },
  ),
];
