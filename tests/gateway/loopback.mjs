// `node --import loopback.mjs SERVER`: whatever it wants to listen on becomes a free port of loopback, which is printed on stderr.
import net from 'node:net';

const { listen } = net.Server.prototype;

net.Server.prototype.listen = function (_port, ready) {
  this.once('listening', () => console.error(`listening on http://127.0.0.1:${this.address().port}`));
  return listen.call(this, { port: 0, host: '127.0.0.1' }, ready);
};
