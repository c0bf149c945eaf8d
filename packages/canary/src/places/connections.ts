import type { PersonalValue } from '../plan/plan.ts';
import type { PlanBuilder } from '../plan/plan-builder.ts';
import type { ValueGenerator } from '../plan/value-generator.ts';
import { description } from './description.ts';

/**
 * Plants values in calls and events of `RTCPeerConnection`: configuration, descriptions, candidates, data channels,
 * errors.
 */
export function plantConnections(builder: PlanBuilder): void {
  plantConfiguration(builder);
  plantDescriptions(builder);
  plantCandidates(builder);
  plantErrors(builder);
  plantChannels(builder);
}

function plantConfiguration(builder: PlanBuilder): void {
  const { values } = builder;
  for (const method of ['create', 'setConfiguration']) {
    builder.event('ICE servers', method, (plant) => [
      'PC_0',
      {
        iceServers: [
          {
            urls: [plant.technical('turn:turn.example.com:3478?transport=udp')],
            username: plant(values.turnUser(), 'username'),
            credential: plant(values.secret(), 'credential'),
          },
          {
            urls: `turn:${plant({ ...values.ipv4(), relay: true }, 'address in urls')}:3478`,
            username: plant(values.turnUser(), 'username without urls of its own'),
            credential: {
              macKey: plant(values.secret(), 'macKey'),
              accessToken: plant(values.secret(), 'accessToken'),
            },
          },
          { urls: `turns:${plant(turnUrlUser(values), 'user in urls')}@turn.example.com:443?transport=tcp` },
        ],
        iceTransportPolicy: plant.technical('relay'),
      },
    ]);
  }
  builder.event("Chromium's page", 'create', (plant) => ['PC_1', { iceServers: [] }, plant(values.url())]);
  builder.event('client hints', 'create', (plant) => [
    null,
    {
      userAgentData: {
        model: plant(values.deviceModel(), 'model'),
        uaFullVersion: plant(values.version(), 'uaFullVersion'),
        fullVersionList: [{ brand: 'Chromium', version: plant(values.version(), 'fullVersionList') }],
        platform: plant.technical('Linux'),
      },
    },
  ]);
}

function turnUrlUser(values: ValueGenerator): PersonalValue {
  return { ...values.sdpOwner(), classes: ['pageUrl'] };
}

function plantDescriptions(builder: PlanBuilder): void {
  const { values } = builder;
  const events = [
    ['createOfferOnSuccess', 'offer'],
    ['createAnswerOnSuccess', 'answer'],
    ['setLocalDescription', 'offer'],
    ['setLocalDescriptionOnSuccess', 'offer'],
    ['setRemoteDescription', 'answer'],
    ['setRemoteDescriptionOnSuccess', 'answer'],
  ] as const;
  for (const [method, type] of events) {
    builder.event('sdp', method, (plant) => ['PC_0', { type, sdp: description(plant, values) }, '2-0']);
  }
  builder.event('an SDP with line feeds only', ':signal', (plant) => [
    null,
    description(plant, values).replaceAll('\r', ''),
  ]);
  builder.event('an SDP in JSON text', ':signal', (plant) => [
    null,
    JSON.stringify({ type: 'offer', sdp: description(plant, values) }),
  ]);
}

function plantCandidates(builder: PlanBuilder): void {
  const { values } = builder;
  const kinds: readonly [
    string,
    (address: string, related: string) => string,
    () => PersonalValue,
    (() => PersonalValue) | null,
  ][] = [
    ['host', (a) => `udp 2122260223 ${a} 50000 typ host`, () => values.privateIpv4(), null],
    ['host by name', (a) => `udp 2122260223 ${a} 50000 typ host`, () => values.hostname(), null],
    ['host of IPv6', (a) => `udp 2122262783 ${a} 50001 typ host`, () => values.ipv6(), null],
    ['link-local', (a) => `udp 2122262784 ${a} 50002 typ host`, () => values.ipv6('fe80:0:0:0'), null],
    ['host over TCP', (a) => `tcp 1518280447 ${a} 9 typ host tcptype active`, () => values.privateIpv4(), null],
    [
      'server-reflexive',
      (a, r) => `udp 1686052607 ${a} 61234 typ srflx raddr ${r} rport 50000`,
      () => values.ipv4(),
      () => values.privateIpv4(),
    ],
    [
      'peer-reflexive',
      (a, r) => `udp 1853824767 ${a} 61235 typ prflx raddr ${r} rport 50001`,
      () => values.ipv6(),
      () => values.ipv6(),
    ],
    [
      'relay',
      (a, r) => `udp 41819902 ${a} 62306 typ relay raddr ${r} rport 33211`,
      () => ({ ...values.ipv4(), relay: true }),
      () => values.ipv4(),
    ],
    [
      'relay with a name',
      (a, r) => `udp 41819902 ${a} 62307 typ relay raddr ${r} rport 33212`,
      () => ({ ...values.ipv6(), relay: true }),
      () => values.hostname(),
    ],
  ];
  for (const method of ['onicecandidate', 'addIceCandidate']) {
    for (const [kind, write, address, related] of kinds) {
      builder.event(`a ${kind} candidate`, method, (plant) => {
        const raddr = related === null ? '' : plant(related(), 'raddr');
        const rest = write(plant(address(), 'address'), raddr);
        return [
          'PC_0',
          {
            candidate: `candidate:${plant(values.foundation(), 'foundation')} 1 ${rest} generation 0 ufrag CJSH network-id 1`,
            sdpMid: '0',
            sdpMLineIndex: 0,
          },
        ];
      });
    }
  }
  builder.event('all members', 'onicecandidateerror', (plant) => [
    'PC_0',
    {
      address: plant(values.privateIpv4(), 'address'),
      hostCandidate: `${plant(values.hostname(), 'hostCandidate')}:5000`,
      url: `stun:${plant(values.ipv4(), 'url')}:3478`,
      errorCode: plant.technical(701),
      errorText: `no answer from ${plant(values.ipv4(), 'errorText')}`,
    },
  ]);
}

function plantErrors(builder: PlanBuilder): void {
  const { values } = builder;
  builder.event('an error that quotes a candidate', 'addIceCandidateOnFailure', (plant) => [
    'PC_0',
    `OperationError: Error processing "candidate:1 1 udp 2122260223 ${plant(values.ipv4())} 50000 typ host"`,
    plant.technical('10-1'),
  ]);
  for (const method of ['setRemoteDescriptionOnFailure', 'setLocalDescriptionOnFailure', 'createAnswerOnFailure']) {
    builder.event('an error that quotes an SDP', method, (plant) => [
      'PC_0',
      `InvalidAccessError: Failed to parse: ${description(plant, values)}`,
      '8-0',
    ]);
  }
  builder.event('an error that quotes an owner', 'createOfferOnFailure', (plant) => [
    'PC_0',
    `OperationError: o=${plant(values.sdpOwner())} 1 2 IN IP4 0.0.0.0 Expects 6 fields.`,
    '2-1',
  ]);
}

function plantChannels(builder: PlanBuilder): void {
  const { values } = builder;
  builder.event('label', 'createDataChannel', (plant) => [
    'PC_0',
    [plant(values.channelLabel()), { ordered: true, maxRetransmits: 3 }],
  ]);
  builder.event('label with an address', 'createDataChannel', (plant) => ['PC_0', [`chat-${plant(values.email())}`]]);
  builder.event('label', 'ondatachannel', (plant) => ['PC_0', [1, plant(values.channelLabel())]]);
}
