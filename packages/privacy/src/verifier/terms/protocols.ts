/** Words of protocols: reasons, states, methods and parties, by the document that defines them. */

/** RFC 3261 and the IANA registry of SIP response codes; causes of ITU-T Q.850; identities that RFC 3323 hides. */
export const SIP_WORDS = `
  absent acceptable accepted ack agreement alternative ambiguous anonymity anonymous anywhere authentication awarded
  bad bearer being brief bye call capability changed choices circuit clearing conflict congestion decline declined
  destination detected dial dialing dialog digit disallowed early enquiry entity equipment everywhere exchange exist
  extension facility flow forbidden format forwarded found gateway global gone handset here hold hook hops implemented
  incompatible incomplete info information interval interworking invite large length location loop many method moved
  needed notification notify options order payment permanently prack precondition preemption provide proxy publish
  queued redirection refer register rejected requested responding ringing route routing scheme security subscribe
  subscriber switching temporarily terminated transfer trunk trying unallocated unauthorized undecherable unhold
  unsupported unwanted use voicemail withheld
`;

/** SDP, ICE, STUN, TURN, DTLS, RTP and RTCP: RFC 8866, 8839, 8445, 8489, 8656, 3550, 4585, 8851, 8853. */
export const SDP_WORDS = `
  actpass allocate app avp avpf binding capacity ccm checklist dependency descriptor dtx extmap feedback flexfec
  generation goog group holdconn indication insufficient integrity keepalive layer loopback maxptime mdns mismatch
  msid nat nonce permission ptime pwd quic quota raddr realm recv red reflexive relayed remb rport rpsi rtpmap savp
  savpf sdes setup simulcast sli stale station stun suite tcptype telephone tmmbr turn turns twcc ufrag ulpfec
  websocket webtransport wss
`;

/**
 * RFC 6120 and 6121 (conditions, presence), XEP-0045 (roles in rooms), XEP-0085 (chat states), XEP-0166 and XEP-0167
 * (Jingle).
 */
export const XMPP_WORDS = `
  accept addressing admin authorized away both chat colibri composing condition connectivity constraint dnd encoding
  feature formed general improper initiate initiator item jingle malformed member moderator modify namespace outcast
  owner participant prefix presence probe recipient redirect registration reject responder roster shutdown sip stanza
  subscribed subscription system terminate undefined unexpected unsubscribe unsubscribed violation visitor well
`;

/**
 * WebSocket close codes (RFC 6455 and IANA), severities of syslog (RFC 5424), socket.io (reasons of `disconnect`).
 */
export const SOCKET_WORDS = `
  abnormal acknowledgement again attempt big broadcast closure critical debug disconnecting drain emergency engine
  fatal flush forced going handshake informational initial later mandatory middleware notice opening parse ping poll
  polling pong reconnect recovered room socket trace upgrade verbose volatile warn warning
`;

/**
 * Reason phrases of HTTP (RFC 9110), status codes of gRPC, errors of JSON-RPC 2.0, and names of formats and
 * protocols.
 */
export const RPC_WORDS = `
  already also api authoritative cancelled continue created css deadline dns exceeded exhausted expectation extended
  fields grpc hints ipv4 ipv6 ivr legal limit locked loss misdirected modified mqtt negotiates non params partial
  permanent pstn range reported reserved rest satisfiable sdk see teapot unauthenticated unimplemented unprocessable
  used variant voip wasm xhr xmpp
`;

/** Messages of POSIX errors, types of ECMAScript and JSON Schema, states of Kubernetes and systemd units. */
export const SYSTEM_WORDS = `
  aggregate array async attached await bool boolean broken byte callback canary cannot caused cleared cluster cold
  completion constructor deactivating dead defined degraded deprecated development diagnostic done draining driver
  empty enabled encountered endpoint enough exception expected experimental false family flags function generator
  handler health healthy heartbeat illegal inappropriate indeterminate instance integer ioctl iterator legacy link
  linked links liveness machine maintenance major memory minor moderate name nightly node null operation overflow
  overload parameter permitted pipe process production progressing promise raw read readiness reboot recoverable
  reference refused reloading resolved result rollout runtime schedule scheduled scheduler severe space stack staging
  standby static string such symbol symbolic table task terminating test the throttled timed timer transient true
  unhealthy unicode unreachable unused warm weak wrong
`;
