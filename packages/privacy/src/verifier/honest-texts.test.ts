import { describe, expect, it } from 'vitest';
import { Anonymizer, compilePolicy } from '../anonymizer/anonymizer.ts';
import { presetPolicy } from '../policy/policy.ts';
import { bytesOf, textOf } from '../testing/policies.ts';
import { verifyText } from './verifier.ts';

/**
 * Technical texts that look personal to a careless pattern. A false alarm puts a dump into quarantine, so they must be
 * clean as they are, and after anonymization.
 */
const TEXTS: Readonly<Record<string, readonly string[]>> = {
  'lists of TURN servers': [
    '{ iceServers: [stun:stun.example.com:3478, turn:turn.example.com:3478?transport=udp, turn:turn.example.com:443?transport=tcp], iceTransportPolicy: all }',
    'turn:turn.example.com?transport=udp;turns:turn.example.com?transport=tcp|x',
    '(turns:turn.example.com:443?transport=tcp). Then nothing',
  ],
  'addresses blotted out by other tools': [
    ...['192.168.x.x', 'xxx.xxx.xxx.xxx', '203.0.113.***', '10.0.0.x', '192.168.*.*', '203.0.xxx.xxx:443', '1.2.3.█'],
    ...['192.168.XXX.XXX', '***.***.***.***', '2001:db8:x:x:x:x:x:x', 'xx:xx:xx:xx:xx:xx', '203.0.113.[removed]'],
    'candidate:1 1 udp 2113937151 xxx.xxx.xxx.xxx 37884 typ host generation 0',
    'candidate:1 1 udp 21 203.0.113.*** 1 typ srflx raddr 10.0.0.x rport 5',
    'candidate:1 1 udp 2113 <redacted> 1 typ srflx raddr <redacted> rport 1',
    'c=IN IP4 xxx.xxx.xxx.xxx',
  ],
  'empty fields of candidates': [
    'candidate:3 1 udp 2130706431 0.0.0.0 9 typ host raddr  rport 0 generation 0 network-cost 999',
    'candidate:3 1 udp 2130706431 0.0.0.0 9 typ srflx raddr 0.0.0.0 rport 0',
  ],
  'object identifiers': [
    ...['OID 1.3.6.1.4.1.311', '1.3.6.1.4.1.311.21.20', '1.2.840.113549.1.1.11', 'OID.1.3.6.1.5.5.7.3.1'],
    'ecdsa-with-SHA256 (1.2.840.10045.4.3.2)',
  ],
  'paths of APIs and placeholders of paths': [
    ...['GET /api/users/42 HTTP/1.1', 'POST /users/login', 'PUT /api/users/search', '/v1/users/me', '/users/', '~/x'],
    ...['C:\\users\\…', 'C:\\Users\\<user>\\x', 'C:\\Users\\...\\AppData', '/home/<user>/x'],
  ],
  'devices of nobody': [
    "the device's Camera, the user's iPhone, Chrome's Microphone, Apple's AirPods, the browsers' Camera",
    "it's a PC, isn't it; doesn't Camera; today's TV; the peer's Microphone is muted",
  ],
  'dates and numbers': [
    ...['2026-01-02-03-04-05', '2026-01-02 03:04:05', '02/01/2026 03:04:05', '2026.01.02', '2026-01-02T03:04:05.123Z'],
    ...['150-500-1500', '96:97:98:99:100:101', '12:34:56:78', 'v1.2.3.4', 'version 10.0.26100', 'webrtc-adapter@8.2.3'],
  ],
  fingerprints: [
    'sha-1:72:24:0A:BB:CC:DD:EE:FF:00:11:22:33:44:55:66:77:88:99:AA:BB',
    'fingerprint md5 72:24:0A:BB:CC:DD:EE:FF:00:11:22:33:44:55:66:77',
  ],
  'names of technologies': [
    'a=extmap:5 http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01',
    'a=extmap:13 urn:3gpp:video-orientation',
    'https://meet.example.com and https://meet.example.com:8443/.',
  ],
};

/** Texts that the verifier passes, and of which the anonymizer may replace a part, so that they are clean only raw. */
const RAW_ONLY = [
  ...['Chrome 116.0.0.0 on Windows, Electron 25.3.1.0', 'libwebrtc 1.0.2.3', 'ver: 116.0.0.0', 'build=4.12.3.201'],
  ...['recording-2026-01-02-03-04-05.webm', '+1234567 bytes', '239.255.255.250', 'this.local', 'cookie: disabled'],
  ...['local::0:abcd:pwd', 'fingerprint sha-256 72:24:0A:BB:CC:DD...', 'C:\\Users\\Public\\x', '/Users/Shared/x'],
  ...['candidate:1 1 udp 2113 REDACTED 1 typ host', 'candidate:3 1 udp 21 0.0.0.0 9 typ srflx raddr rport 0'],
  'a=extmap:9 http://skype.com/experiments/rtp-hdrext/fast_bandwidth_feedback#version_3',
];

const STANDARD = presetPolicy('standard');
const COMPILED = compilePolicy(STANDARD);
const METHODS = [':log', 'error', 'setLocalDescriptionOnFailure'];

function lineOf(method: string, text: string): string {
  return JSON.stringify([method, null, { message: text }, 1]);
}

function findings(line: string): unknown {
  return verifyText(`${line}\n`, STANDARD).findings;
}

describe('is clean', () => {
  it.each(Object.entries(TEXTS))('%s', (_, texts) => {
    for (const text of texts) {
      for (const method of METHODS) {
        const line = lineOf(method, text);
        expect(findings(line)).toEqual([]);
        expect(findings(textOf(new Anonymizer(COMPILED).message(bytesOf(line))!))).toEqual([]);
      }
    }
  });

  it.each(RAW_ONLY)('%s', (text) => {
    for (const method of METHODS) {
      const line = lineOf(method, text);
      expect(findings(line)).toEqual([]);
      expect(findings(textOf(new Anonymizer(COMPILED).message(bytesOf(line))!))).toEqual([]);
    }
  });

  it('the version of a program under its name', () => {
    const line = JSON.stringify([':x', null, { chrome: '116.0.0.0', build: '4.12.3.201', electron: '25.3.1.0' }, 1]);
    expect(findings(line)).toEqual([]);
    // Under any other name, and after a name of a server, it may be an address.
    for (const name of ['v', 'node', 'server', 'peer'])
      expect(findings(JSON.stringify([':x', null, { [name]: '116.0.0.1' }, 1]))).not.toEqual([]);
    for (const text of ['janus 116.0.0.1', 'Chrome 116.0.0.1:443', 'chrome at 116.0.0.1'])
      expect(findings(lineOf(':log', text))).not.toEqual([]);
  });
});
