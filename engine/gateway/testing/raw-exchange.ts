import { once } from 'node:events';
import { connect } from 'node:net';

/** Sends bytes over plain TCP and gathers what comes back until the first whole answer or the end. */
export async function rawExchange(port: number, request: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  let answer = '';
  socket.setEncoding('latin1');
  socket.on('error', () => {});
  socket.on('data', (text) => {
    answer += text;
    if (answer.includes('\r\n\r\n')) socket.end();
  });
  await once(socket, 'connect');
  socket.write(request, 'latin1');
  await once(socket, 'close');
  return answer;
}
