import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';

// What any gateway has to do at least: take the messages. Nothing is done with them.
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
