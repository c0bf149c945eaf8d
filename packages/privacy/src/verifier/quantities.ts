/** Tells measures from phone numbers: a unit behind the number, a word for a difference before it, bit rates. */
const UNITS = new Set(
  (
    'b byte bytes bit bits bps octet octets packet packets pkt pkts frame frames sample samples tick ticks pixel pixels px fps ppm ' +
    'ppb second seconds sec secs millisecond milliseconds microsecond microseconds nanosecond nanoseconds msec usec nsec ms us ns ' +
    'µs db dbm dbov hz khz mhz ghz kb mb gb tb kib mib gib tib kbit mbit gbit kbps mbps gbps kbits mbits gbits kbytes mbytes gbytes ' +
    'kbyte mbyte gbyte rtp event events message messages'
  ).split(' '),
);
const DIFFERENCES =
  /(?:delta|diff|difference|drift|offset|skew|jitter|adjust|adjusted|adjustment|advance|advanced|elapsed)(?: (?:is|was|of|by))?["']?[\s:=]{1,3}$/i;
const RATES = /bit[ _-]?rate|bps|kbit|simulcast|layer|bandwidth|encoding|rate|quality/i;

/** Whether the number from `start` to `end` counts or measures something. */
export function isQuantity(text: string, start: number, end: number): boolean {
  const unit = /^\s{0,2}([\p{L}]{1,16})(?![\p{L}\d_])/u.exec(text.slice(end, end + 20))?.[1]?.toLowerCase();
  if (unit !== undefined && unit !== 'b' && UNITS.has(unit)) return true;
  if (text[start] === '+' && DIFFERENCES.test(text.slice(Math.max(0, start - 40), start))) return true;
  const rates = text.slice(start, end).split('-');
  if (rates.length !== 3 || !rates.every((rate) => /^\d{3,4}$/.test(rate) && rate.endsWith('0'))) return false;
  const [low, middle, high] = rates.map(Number) as [number, number, number];
  return low < middle && middle < high && RATES.test(text.slice(Math.max(0, start - 40), end + 40));
}
