import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';

// The baseline for load: a ws server that receives messages and discards them, the least that any gateway must do.
const server = new WebSocketServer({
  host: '127.0.0.1',
  port: 0,
  perMessageDeflate: false,
  handleProtocols: (offered) => [...offered][0] ?? false,
});
server.on('connection', (socket) => socket.on('message', () => {}));
server.on('listening', () =>
  console.log(JSON.stringify({ msg: 'listening', port: (server.address() as AddressInfo).port })),
);
