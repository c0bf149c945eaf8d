import { z } from 'zod';
import { count, type Shape } from './fields.ts';

const method = z.string();

/** The policy as JSON. Data classes and methods are plain strings here; the privacy package knows their names. */
export const policy = z
  .strictObject({
    preset: z.string().describe('The preset that the policy is based on: `standard`, `strict` or `compatible`.'),
    ipAddresses: z
      .strictObject({
        method: method.describe('`keep`, `mask`, `truncate`, `pseudonymize`, `encrypt` or `remove`.'),
        ipv4Bits: count.describe('Leading bits of an IPv4 address that stay readable: 0, 8, 16 or 24.'),
        ipv6Bits: count.describe('Leading bits of an IPv6 address that stay readable: 0, 16, 32 or 48.'),
        keepNetworks: z.array(z.string()).describe('CIDR blocks whose addresses are kept.'),
        keepRelay: z.boolean().describe('Whether addresses of relay candidates are kept.'),
      })
      .describe('How IP addresses are treated.'),
    derive: z
      .strictObject({
        addressClass: z.boolean().describe('The kind of network that the address is from.'),
        networkGroup: z.boolean().describe('Which addresses of a session are in the same network.'),
        addressGroup: z.boolean().describe('Which public addresses of a session are equal.'),
      })
      .describe('The facts about the address of a candidate that are added before it is masked.'),
    classes: z.record(z.string(), method).describe('The method for each other data class.'),
    keepSegments: z.array(z.string()).describe('Path segments of URLs that stay readable.'),
    keepLabels: z.array(z.string()).describe('Labels of data channels that stay readable.'),
    keepUsbIds: z
      .boolean()
      .describe('Whether USB ids at the end of device labels stay behind the pseudonyms of the labels.'),
    keepOpaqueIdentifiers: z.boolean().describe('Whether UUIDs, hashes and random tokens are kept as identifiers.'),
    customEvents: z
      .enum(['keep', 'scan', 'pseudonymize', 'drop'])
      .describe(
        'How events of the application are treated: kept as they are, scanned like other events, pseudonymized text by text, or dropped.',
      ),
    customEventsByName: z
      .record(z.string(), z.enum(['keep', 'scan', 'pseudonymize', 'drop']))
      .describe('The same for single events, by name.'),
    keepFields: z
      .array(z.string())
      .describe('Fields of application events whose texts stay readable although other texts are pseudonymized.'),
    rules: z
      .array(
        z.strictObject({
          name: z.string().describe('Name of the rule; receipts count it as `rule:<name>`.'),
          pattern: z.string().describe('Regular expression in RE2 syntax.'),
          events: z.array(z.string()).describe('Events that the rule applies to; empty: all events and the metadata.'),
          paths: z.array(z.string()).describe('Properties that the rule applies to; empty: all.'),
          method: method.describe('`redact`, `pseudonymize` or `remove`.'),
        }),
      )
      .describe('Rules of the operator, in the order of the configuration.'),
  })
  .describe('The privacy policy in force.');
export type PolicyBody = Shape<typeof policy>;
