import type { Planter } from '../plan/plan-builder.ts';
import type { ValueGenerator } from '../plan/value-generator.ts';

/**
 * A session description (RFC 8866) with a personal value in every line that may contain one, and with technical lines
 * as browsers write them.
 */
export function description(plant: Planter, values: ValueGenerator): string {
  return [
    'v=0',
    `o=${plant(values.sdpOwner(), 'o= user')} ${plant.technical(values.number(10))} 2 IN IP4 ${plant(values.ipv4(), 'o= address')}`,
    `s=${plant(values.sdpText(), 's=')}`,
    `i=${plant(values.sdpText(), 'i=')}`,
    `u=${plant({ ...values.url(), classes: ['sdpIdentity', 'pageUrl'] }, 'u=')}`,
    `e=${plant({ ...values.email(), classes: ['sdpIdentity', 'contact'] }, 'e=')}`,
    `p=${plant({ ...values.phone(), classes: ['sdpIdentity', 'contact'] }, 'p=')}`,
    't=0 0',
    plant.technical('a=group:BUNDLE 0'),
    'm=audio 9 UDP/TLS/RTP/SAVPF 111',
    `c=IN IP4 ${plant(values.ipv4(), 'c=')}`,
    `c=IN IP6 ${plant(values.ipv6(), 'c= of IPv6')}`,
    `c=IN IP4 ${plant(values.hostname(), 'c= with a name')}`,
    `a=rtcp:9 IN IP4 ${plant(values.ipv4(), 'a=rtcp')}`,
    'a=ice-ufrag:VcyT',
    `a=ice-pwd:${plant(values.secret(), 'a=ice-pwd')}`,
    `a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:${plant(values.secret(), 'a=crypto')}|2^20`,
    `k=base64:${plant(values.secret(), 'k=')}`,
    `a=fingerprint:sha-256 ${plant(values.fingerprint(), 'a=fingerprint')}`,
    plant.technical('a=rtpmap:111 opus/48000/2'),
    `a=candidate:1 1 udp 2122260223 ${plant(values.privateIpv4(), 'a=candidate')} 50000 typ host generation 0`,
    `a=candidate:2 1 udp 41819902 ${plant({ ...values.ipv4(), relay: true }, 'a=candidate of a relay')} 62306 typ relay raddr ${plant(values.ipv4(), 'raddr of a relay')} rport 33211`,
    `a=candidate:3 1 udp 2122260223 ${plant(values.hostname(), 'a=candidate with a name')} 50000 typ host`,
    `a=remote-candidates:1 ${plant(values.ipv4(), 'a=remote-candidates')} 50000`,
    `a=x-note:${plant(values.email(), 'an attribute of its own')}`,
    `a=ssrc:${plant.technical(values.number(10))} cname:VcyTq0Xm8sLw`,
    '',
  ].join('\r\n');
}
