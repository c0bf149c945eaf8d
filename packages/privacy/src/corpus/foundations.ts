import { STACKS } from '../testing/stack-foundations.ts';
import { event, type PlantedCase, type PlantedText, texts } from './case.ts';

const SOURCE = { type: 'host', address: '203.0.113.45', protocol: 'udp' } as const;
const REST = '1 udp 2122260223 203.0.113.45 50000 typ host generation 0';

/** Candidates whose foundation is computed from the address. */
export const FOUNDATION_TEXTS: readonly PlantedText[] = [
  ...Object.values(STACKS).flatMap((stack) => {
    const foundation = stack(SOURCE);
    return texts('ipAddresses', false, [[`candidate:${foundation} ${REST}`, [foundation, '113.45'], '2122260223']]);
  }),
  ...Object.values(STACKS).flatMap((stack) => {
    const foundation = stack(SOURCE);
    return texts('ipAddresses', true, [
      [`${foundation} ${REST}`, foundation, '2122260223'],
      [`Cand[:${foundation}:1:udp:2122260223:203.0.113.45:50000:local]`, foundation, '2122260223'],
      [`foundation: ${foundation}, component: rtp`, foundation, 'component: rtp'],
    ]);
  }),
];

/** Foundations under their own name. */
export const FOUNDATION_CASES: readonly PlantedCase[] = Object.entries(STACKS).flatMap(([name, stack]) => {
  const foundation = stack(SOURCE);
  return [
    event(
      'ipAddresses',
      `the foundation of ${name} in stats`,
      ['g', 'PC_0', { 8: { 140: foundation, 137: 2122260223 } }, 1],
      foundation,
      {
        stays: ['2122260223'],
      },
    ),
    event(
      'ipAddresses',
      `the foundation of ${name} beside an mDNS name`,
      [
        20,
        'PC_0',
        {
          candidate: `candidate:${foundation} 1 udp 2113937151 9cbf98d1-f77c-4026-8779-b2d01f2bef55.local 37884 typ host`,
        },
        1,
      ],
      foundation,
      { stays: ['2113937151', '9cbf98d1-f77c-4026-8779-b2d01f2bef55.local 37884 typ host'] },
    ),
    event(
      'ipAddresses',
      `the foundation of ${name} in an unknown event`,
      ['iceState', null, { pair: { localFoundation: foundation } }, 1],
      foundation,
      {
        adversarial: true,
      },
    ),
  ];
});
