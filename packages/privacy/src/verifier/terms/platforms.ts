/** Words of libraries, devices, networks and user interfaces. */

/**
 * libwebrtc: network_constants.h, bandwidth_usage.h, adaptation, implementations of codecs, pixel formats; RFC 7587
 * and the IANA registry of RTP payload formats.
 */
export const LIBRARY_WORDS = `
  accelerate adapt adaptation adapter allocator amr av1 awaiting bwe canceller captured capturer cellular control cost
  dav1d decoding detailed detection echo estimate ethernet evs expand external factory fallback ffmpeg fluid g711 g722
  g729 gain gather gcc h263 h264 h265 hevc i010 ilbc isac libaom libgav1 libvpx libyuv limited lyra mediacodec
  mediafoundation merge mp3 neteq noise nvenc openh264 overrun overuse overusing pacer pcma pcmu peerconnection
  previous probing pruned reached readable renderer renomination rtcpeerconnection silk sink speex suppression
  switched texture thread underrun underuse underusing unstable unwritable vaapi valid vda vea videotoolbox vp8 vp9
  vpn vvc wifi wildcard writable wwan yuv
`;

/**
 * Android Telecom (Call.STATE, DisconnectCause, CallAudioState), TelephonyManager (network types), AVAudioSession
 * (ports, reasons of route changes), thermal states; User-Agent Client Hints (form factors).
 */
export const DEVICE_WORDS = `
  a2dp airplane airplay answered automotive began bluetooth built car category cdma charging console desktop
  discharging dsl earpiece edge ehrpd elsewhere embedded evdo fair fhd fiber foreground full gprs gsm handsfree hdmi
  headphones headset holding home hsdpa hspa hsupa hybrid iden indoor interruption iwlan kiosk lan laptop lte manager
  metered missed mobile nominal ongoing outdoor override phone plugin pulling qhd roaming satellite serious sleep
  speaker speakerphone streaming suitable tablet uhd umts unplugged usb wan watch webcam wimax wired wireless wlan
`;

/**
 * LiveKit (livekit_models.proto, livekit_rtc.proto), mediasoup 3 and Janus (events, types), Twilio Video and Agora
 * (network quality, reasons), roles of meetings.
 */
export const SDK_WORDS = `
  administrator agent attach attendee audience backend banned become bot bridge broadcasting callee caller cascade
  cascaded cloud cohost configure connector consume consumer cpp deleted destroy destroyed detach detached detecting
  died duplicate edition egress esp32 excellent flutter follower gallery good guest hand hangup identity ingest
  ingress initiated join joined joining jvb kick kicked layout leader leave leaving lobby lossy mcu mesh migration
  observer off operator organizer p2p panelist pin pinned plain poor presenter produce producer publisher publishes
  publishing python quit raise react recorder regression reliable router rust score screenshare sfu share signal
  simple slowlink speaking spotlight standard started stereo svc swift talking theme token transcription unity
  unpublish unpublished unpublishing unreal unset videoroom viewer webrtcup
`;

/**
 * Profiles of H.264 (ITU-T H.264 Annex A), sizes of pictures, streaming (RFC 8216), signal strength of Android,
 * perfect negotiation (W3C webrtc, section 10.7).
 */
export const MEDIA_FORMATS = `
  adaptive audible automatic average baseline battery cif congested constrained container containers continuous crop
  dash delivered displayed dominant duplex dynamic eager edited eink great half highest hls ignored impolite
  insertable keyframe lazy lowest main master maximum median metric metrics mic motion negative negotiate negotiation
  optimal perfect pipeline playlist polite positive preset profile progressive qcif qqhd qqvga qvga ring segment
  sensor silence slave speed svga sync talk topology tune ultra vga vod wqvga wxga xga
`;

/**
 * Parts and states of user interfaces: React, Redux Toolkit (status of queries), XState, CSS Media Queries, ARIA
 * roles.
 */
export const INTERFACE_WORDS = `
  action avatar banner bottom button coarse collapsed confirm custom dark disable dismiss dispatch downlink download
  downstream effect emoji enable expanded fetching filter final fine front fulfilled fullscreen grid guard horizontal
  hover hydrate idle init initializing light maximized menu middle minimized modal mono mount mounted next page panel
  parallel picture pip placeholder pop preview props provider reaction rear redo reducer render rerender retry search
  selector sidebar skip snapshot sort swipe tab tap thumbnail tile toast toolbar tooltip top undo uninitialized
  unmount unmounted uplink upload upstream vertical windowed zoom
`;

/** Browsers, engines, operating systems, processors and runtimes in user agents and User-Agent Client Hints. */
export const BROWSER_WORDS = `
  aarch64 amd amd64 android apple arm arm64 blink brave bun capacitor chrome chromeos chromium cordova cros dart
  debian deno electron expo fedora firefox fuchsia gecko google harmonyos hermes intel internet ionic ios ipad ipados
  iphone ipod java javascript kaios kotlin linux mac macintel macintosh macos mediatek microsoft mozilla nvidia opera
  presto qualcomm reactnative safari samsung tizen trident ubuntu vivaldi webkit webos webview win32 win64 x64 x86
`;

/**
 * Regions of AWS, Azure and Google Cloud, without cities and states that are first names (Sydney, Paris, Virginia).
 */
export const REGION_WORDS = `
  africa america amsterdam asia australia australiaeast belgium brazil brazilsouth canada canadacentral central
  centralindia centralus dublin east eastasia eastus europe francecentral frankfurt germanywestcentral hyderabad iowa
  ireland jakarta japaneast japanwest koreacentral london malaysia melbourne mumbai north northcentral northeast
  northeurope northwest norwayeast oceania ohio oregon osaka region seoul singapore south southcentral southeast
  southeastasia southindia southwest stockholm swedencentral switzerlandnorth tokyo uksouth ukwest usa west
  westcentral westeurope westus zone zurich
`;
