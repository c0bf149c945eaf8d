/**
 * Events with values of most data classes. People are invented; addresses and domains are reserved for documentation
 * (RFC 5737, RFC 3849, RFC 2606).
 */
export const EXAMPLE = [
  '["create","PC_0",{"iceServers":[{"urls":["turn:turn.example.com:3478?transport=udp"],"username":"1795449600:anna.keller@example.org"}]},1795365768183]',
  '["navigator.mediaDevices.getUserMediaOnSuccess",null,[["audio","645b7413-fe22-4afc-a1e1-90326d7bbab8","Anna\'s AirPods Pro"],["video","123a2f68-095f-4f6f-a815-e41f237864a0","Logitech BRIO (046d:085e)"]],"60-0",12]',
  '["onicecandidate","PC_0",{"candidate":"candidate:688947636 1 udp 1685987071 203.0.113.45 37423 typ srflx raddr 192.168.1.34 rport 37423 generation 0","sdpMid":"0"},4]',
  '["onicecandidate","PC_0",{"candidate":"candidate:2048604182 1 udp 2122262783 2001:db8:85a3:42:1c5d:9ff:fe33:7a34 56648 typ host generation 0","sdpMid":"0"},1]',
  '[":log",null,{"level":"info","message":"joining as Anna Keller <anna.keller@example.org>, call back +1 415 555 0100, signalling saw 203.0.113.77"},3]',
  '["setLocalDescriptionOnFailure","PC_0","OperationError: Failed to parse: c=IN IP4 203.0.113.45","6-0",2]',
  '["onconnectionstatechange","PC_0","connected",41]',
].join('\n');
