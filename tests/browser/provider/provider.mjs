// A firm's OpenID provider on this machine: node provider.mjs FOLDER_OF_MODULES PORT REDIRECT_URI ACCOUNTS_FILE.
// ACCOUNTS_FILE holds {login: claims}; it is read anew at each sign-in. Whoever types a login is that person.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'

const [folder, port, redirect, accounts] = process.argv.slice(2)
const find = createRequire(`${folder}/`)
const { default: Provider } = await import(pathToFileURL(find.resolve('oidc-provider')))
const claims = ['email', 'email_verified', 'name', 'groups']

const provider = new Provider(`http://127.0.0.1:${port}`, {
  clients: [{
    client_id: 'fairlead', client_secret: process.env.CLIENT_SECRET, redirect_uris: [redirect],
    application_type: 'native', backchannel_logout_uri: redirect.replace('callback', 'ended'),
    backchannel_logout_session_required: true,
  }],
  claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'], groups: ['groups'] },
  scopes: ['openid', 'email', 'profile', 'groups'],
  pkce: { required: () => true },
  cookies: { keys: ['only for tests'] },
  features: { rpInitiatedLogout: { enabled: true }, backchannelLogout: { enabled: true } },
  fetch: (url, options) => fetch(url, { ...options, dispatcher: undefined }), // it refuses to talk to its own machine
  findAccount: (_, sub) => ({
    accountId: sub,
    claims: () => ({ ...JSON.parse(readFileSync(accounts))[sub], sub }),
  }),
})
provider.on('backchannel.error', (_, error) => console.log('no sign-out:', error.message))
provider.listen(Number(port), '127.0.0.1', () => console.log('listening', claims.length))
