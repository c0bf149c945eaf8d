import { expect, it } from 'vitest';
import {
  formatBitrate,
  formatBytes,
  formatDuration,
  formatName,
  formatPlural,
  formatShare,
  formatValue,
} from './format.ts';

it.each([
  [formatDuration(850), '850 ms'],
  [formatDuration(59_900), '59 s'],
  [formatDuration(245_000), '4 min 05 s'],
  [formatDuration(7_620_000), '2 h 07 min'],
  [formatBytes(912), '912 B'],
  [formatBytes(24_100), '24.1 kB'],
  [formatBytes(999_999), '1.0 MB'],
  [formatBytes(128_900), '129 kB'],
  [formatBitrate(2_412_000), '2.4 Mbit/s'],
  [formatValue(0.033333), '0.0333'],
  [formatValue(1234567), '1,234,567'],
  [formatValue(Number.NaN), '–'],
  [formatPlural(1, 'line'), '1 line'],
  [formatPlural(1200, 'line'), '1,200 lines'],
  [formatShare(0), '0 %'],
  [formatShare(0.0001), '< 0.1 %'],
  [formatShare(0.1234), '12.3 %'],
  [formatShare(0.5), '50 %'],
  [formatShare(0.9999), '> 99.9 %'],
  [formatShare(1), '100 %'],
  [formatName('deviceNames'), 'device names'],
  [formatName('ipAddresses'), 'IP addresses'],
])('formats %s as %s', (formatted, expected) => {
  expect(formatted).toBe(expected);
});
