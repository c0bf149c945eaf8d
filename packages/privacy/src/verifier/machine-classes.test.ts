import { type ClassCases, describeClasses, type MachineClass } from '../testing/class-cases.ts';

const CASES: Record<MachineClass, ClassCases> = {
  hostnames: {
    found: [
      'saw annas-macbook.local twice',
      'Annas-MacBook-Pro.LOCAL.',
      'pc7.fritz.box',
      'http://annas-macbook.local:8080/x',
      [20, 'PC_0', { candidate: 'candidate:1 1 udp 2113937151 ANNAS-MACBOOK 37884 typ host' }, 1],
      [20, 'PC_0', { candidate: 'candidate:1 1 udp 2113 203.0.113.x 1 typ srflx raddr ANNASMAC rport 0' }, 1],
      [21, 'PC_0', { address: 'ANNAS-MACBOOK', hostCandidate: 'annas-macbook:5000' }, 1],
      ['g', 'PC_0', { '1': { '134': 'annaspc' } }, 1],
      [16, 'PC_0', "Error: 'candidate:1 1 udp 2113 annas-pc 37884 typ host' is bad", 1],
      { metadata: { remoteAddresses: [], note: 'annas-macbook.lan' } },
    ],
    clean: [
      '9cbf98d1-f77c-4026-8779-b2d01f2bef55.local',
      'host-3f9a2c.local and host-3f9a2c',
      'turn.example.com localhost local this.locale',
      [20, 'PC_0', { candidate: 'candidate:1 1 udp 2113 9cbf98d1-f77c-4026-8779-b2d01f2bef55.local 3 typ host' }, 1],
      [20, 'PC_0', { candidate: 'candidate:1 1 udp 2113 203.0.113.x 3 typ srflx raddr 0.0.0.0 rport 0' }, 1],
      [20, 'PC_0', { candidate: 'candidate:1 1 udp 2113 host-3f9a2c 3 typ host' }, 1],
      [20, 'PC_0', { candidate: 'candidate:1 1 udp 2113 [removed] 3 typ host' }, 1],
      [21, 'PC_0', { address: '[2001:db8:85a3:x:x:x:x:x]', hostCandidate: '192.168.1.x:44975' }, 1],
      ['g', 'PC_0', { '1': { '134': '', '141': '203.0.113.x' } }, 1],
    ],
  },
  macAddresses: {
    found: [
      '00:1b:44:11:3a:b7',
      '00-1B-44-11-3A-B7.',
      'mac=001b.4411.3ab7',
      'eui 00:1b:44:ff:fe:11:3a:b7',
      { macAddress: '001b44113ab7' },
    ],
    clean: [
      `sha-256 ${Array(32).fill('1B').join(':')}`,
      `CF${Array(20).fill('1B').join(':')}`,
      '00:00:00:00:00:00 ff:ff:ff:ff:ff:ff',
      '12:34:56 26-11-22-16-42-49',
      '9cbf98d1-f77c-4026-8779-b2d01f2bef55',
      '2001:db8:85a3:42:1c5d:9ff:fe33:7a34',
      'mac-3f9a2c [mac]',
    ],
  },
  deviceNames: {
    found: [
      [61, null, [['audio', 'id', "Anna's AirPods Pro", 'stream']], '60-0', 1],
      [64, null, [['video', 'id', 'screen:0:0']], '63-0', 1],
      [66, null, [{ deviceId: 'default', kind: 'audioinput', label: 'Default Audio Device', groupId: '' }], 1],
      [30, 'PC_0', ['audio', 'id', 'Fake Audio Input 1', 'stream'], 1],
      [32, 'PC_0', [['video', 'id', 'fake_device_0'], { streams: [] }], 1],
      [22, 'PC_0', ['video', 'id', 'Logitech BRIO', 'stream'], 1],
      [51, 'PC_0', ['video', 'id', 'FaceTime HD Camera'], '0', 1],
      ['addTrack', 'PC_0', ['audio', 'id', 'x y'], 1],
      'switched to Priya’s Living Room TV now',
      "Default - Anna's AirPods Pro",
      'using Logitech BRIO (046d:085e)',
      { cameraLabel: 'FaceTime HD Camera' },
      ['createDataChannel', 'PC_0', ['notes-anna.keller'], 1],
      ['g', 'PC_0', { '4': { '115': 'notes-anna.keller' } }, 1],
    ],
    clean: [
      [61, null, [['audio', 'id', 'audioinput-3f9a2c', 'stream']], '60-0', 1],
      [66, null, [{ deviceId: 'default', kind: 'audioinput', label: '', groupId: 'x' }], 1],
      [22, 'PC_0', ['audio', 'id', 'remote audio', 'stream'], 1],
      [22, 'PC_0', ['video', 'id', 'remote video'], 1],
      [35, 'PC_0', ['chat'], 1],
      [28, 'PC_1', [1, 'chat'], 1],
      ['g', 'PC_0', { '4': { '115': 'chat' } }, 1],
      { label: 'Rate this call' },
      "it's a PC, isn't it (maybe)",
    ],
  },
  deviceIds: {
    found: [
      [66, null, [{ deviceId: 'ff9777b9', kind: 'audioinput', label: '', groupId: '' }], 1],
      [
        66,
        null,
        [
          {
            deviceId: 'default',
            kind: 'audioinput',
            label: '',
            groupId: 'uqQscN6q67QsfvaIYJfq3xdn8phRlS8RLmL1QgE7AGA=',
          },
        ],
        1,
      ],
      [60, null, { audio: { deviceId: { exact: 'ff9777b9' } } }, '60-0', 1],
      [60, null, { video: { deviceId: ['ff9777b9'] } }, '60-0', 1],
      [60, null, { video: { deviceId: { ideal: ['ff9777b9'] } } }, '60-0', 1],
      'constraints were {deviceId: {exact: "ff9777b9a6a1d699"}}',
      '{"deviceId":"ff9777b9"}',
    ],
    clean: [
      [
        66,
        null,
        [
          { deviceId: 'default', groupId: 'group-3f9a2c' },
          { deviceId: 'communications', groupId: '' },
        ],
        1,
      ],
      [60, null, { audio: { deviceId: { exact: 'audioinput-3f9a2c' } } }, '60-0', 1],
      [60, null, { width: { ideal: 1280 }, facingMode: { exact: 'user' } }, '60-0', 1],
      'no deviceId: {exact: "audioinput-3f9a2c"}',
    ],
  },
};

describeClasses(CASES);
