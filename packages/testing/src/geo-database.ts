/**
 * Writes small MaxMind DB files (format 2.0, https://maxmind.github.io/MaxMind-DB/), so that the repository needs no
 * copy of a licensed database.
 */

type Value = string | { readonly [key: string]: Value };

const RECORD_BYTES = 3;
const SEPARATOR = Buffer.alloc(16);
const METADATA_MARKER = Buffer.from('\xab\xcd\xefMaxMind.com', 'latin1');

/** Creates a database file. @param records data by IPv4 address @returns the bytes of the file */
export function databaseOf(records: Readonly<Record<string, Value>>): Buffer {
  const nodes: (number | undefined)[][] = [[undefined, undefined]];
  const data: Buffer[] = [];
  let dataLength = 0;
  // Data pointers depend on the number of nodes, which is known only at the end. Until then, store -1 - offset.
  for (const [address, value] of Object.entries(records)) {
    const octets = address.split('.').map((octet) => Number(octet).toString(2).padStart(8, '0'));
    const bits = `${'0'.repeat(96)}${octets.join('')}`;
    let node = nodes[0]!;
    for (const [index, bit] of [...bits].entries()) {
      const side = Number(bit);
      if (index === bits.length - 1) {
        node[side] = -1 - dataLength;
      } else {
        if (node[side] === undefined) node[side] = nodes.push([undefined, undefined]) - 1;
        node = nodes[node[side]]!;
      }
    }
    const encoded = encode(value);
    data.push(encoded);
    dataLength += encoded.length;
  }
  const tree = Buffer.alloc(nodes.length * 2 * RECORD_BYTES);
  for (const [index, pointer] of nodes.flat().entries()) {
    const target = pointer === undefined ? nodes.length : pointer;
    tree.writeUIntBE(target < 0 ? nodes.length + SEPARATOR.length - 1 - target : target, index * RECORD_BYTES, 3);
  }
  const metadata = Buffer.concat([
    mapHeader(9),
    ...[encode('binary_format_major_version'), uint16(2), encode('binary_format_minor_version'), uint16(0)],
    ...[encode('build_epoch'), uint64(1_770_000_000), encode('database_type'), encode('Test-City')],
    ...[encode('description'), mapHeader(0), encode('ip_version'), uint16(6)],
    ...[encode('languages'), Buffer.from([0x00, 0x04])],
    ...[encode('node_count'), uint32(nodes.length), encode('record_size'), uint16(RECORD_BYTES * 8)],
  ]);
  return Buffer.concat([tree, SEPARATOR, ...data, METADATA_MARKER, metadata]);
}

function encode(value: Value): Buffer {
  if (typeof value !== 'string') {
    const entries = Object.entries(value);
    return Buffer.concat([mapHeader(entries.length), ...entries.flatMap(([key, item]) => [encode(key), encode(item)])]);
  }
  const bytes = Buffer.from(value);
  const size = bytes.length;
  return Buffer.concat([size < 29 ? Buffer.from([0x40 | size]) : Buffer.from([0x40 | 29, size - 29]), bytes]);
}

function mapHeader(size: number): Buffer {
  return Buffer.from([0xe0 | size]);
}

function uint16(value: number): Buffer {
  return Buffer.from([0xa2, value >> 8, value & 0xff]);
}

function uint32(value: number): Buffer {
  const bytes = Buffer.from([0xc4, 0, 0, 0, 0]);
  bytes.writeUInt32BE(value, 1);
  return bytes;
}

/** uint64 is an extended type: its number (9) minus 7 is in the second byte. */
function uint64(value: number): Buffer {
  const bytes = Buffer.alloc(10);
  bytes.set([0x08, 0x02]);
  bytes.writeBigUInt64BE(BigInt(value), 2);
  return bytes;
}
