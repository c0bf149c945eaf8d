/** Property names of machines and networks, in lower case without separators. */
const MACHINE_NAMES = new Set(
  (
    'hostname computername machinename devicehostname localhostname clienthostname pcname workstation workstationname ' +
    'netbiosname rechnername computer'
  ).split(' '),
);
const NETWORK_NAMES = new Set(
  'ssid essid wifi wifiname wifissid wlan wlanname networkname networkssid accesspointname apname'.split(' '),
);
const MAC_NAMES = new Set(
  'bssid hwaddr hwaddress hardwareaddress ethernetaddress physicaladdress eui64 eui48 wifibssid btaddr bdaddr'.split(
    ' ',
  ),
);
/** States and kinds of networks that stand under the same names. */
const NO_NAME =
  /^(?:|on|off|yes|no|true|false|null|undefined|none|n\/a|unknown|unavailable|(?:dis)?connected|enabled|disabled|good|fair|poor|bad|excellent|weak|strong|slow|fast|wi-?fi|wlan|lan|ethernet|wired|wireless|cellular|mobile|bluetooth|vpn|wimax|other|[2-6]g|lte|nr|slow-2g|802\.11\w*|\d+(?:\.\d+)?\s?[gmk]?(?:hz|bit|bps|bit\/s)?|localhost|\[[a-z -]+\])$/i;

type MachineKey = 'machineName' | 'networkName' | 'macAddress';

/** By name, because names repeat; bounded, because a client chooses them. */
const KNOWN = new Map<string, MachineKey | undefined>();
const MAX_CACHED_NAMES = 1024;

/** What a property of this name holds: the name of a machine or of a network, or a hardware address. */
export function machineKey(name: string): MachineKey | undefined {
  if (name.length > 32) return undefined;
  const known = KNOWN.get(name);
  if (known !== undefined || KNOWN.has(name)) return known;
  const plain = name.toLowerCase().replaceAll(/[_-]/g, '');
  let kind: MachineKey | undefined;
  if (MACHINE_NAMES.has(plain)) kind = 'machineName';
  else if (NETWORK_NAMES.has(plain)) kind = 'networkName';
  else if (MAC_NAMES.has(plain)) kind = 'macAddress';
  if (KNOWN.size >= MAX_CACHED_NAMES) KNOWN.clear();
  // A copy, because a substring keeps the whole message in memory.
  KNOWN.set([...name].join(''), kind);
  return kind;
}

/** Whether the value is the state or kind of a network instead of a name. */
export function isNetworkState(value: string): boolean {
  return NO_NAME.test(value);
}
