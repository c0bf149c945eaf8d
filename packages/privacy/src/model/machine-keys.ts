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

/** What a property of this name holds: the name of a machine or of a network, or a hardware address. */
export function machineKey(name: string): 'machineName' | 'networkName' | 'macAddress' | undefined {
  if (name.length > 32) return undefined;
  const plain = name.toLowerCase().replaceAll(/[_-]/g, '');
  if (MACHINE_NAMES.has(plain)) return 'machineName';
  if (NETWORK_NAMES.has(plain)) return 'networkName';
  return MAC_NAMES.has(plain) ? 'macAddress' : undefined;
}

/** Whether the value is the state or kind of a network instead of a name. */
export function isNetworkState(value: string): boolean {
  return NO_NAME.test(value);
}
