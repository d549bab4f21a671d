import assert from 'node:assert/strict';
import { dashboardOf, loginPage } from '../../../../src/core/account/dashboard';
import { endpointAt } from '../../api/http/fakeTransport';

describe('the dashboard of an API', () => {
  it('is known for the addresses that begin with api.', () => {
    assert.equal(dashboardOf(endpointAt('https://api.tensorlake.ai')), 'https://cloud.tensorlake.ai/');
    assert.equal(dashboardOf(endpointAt('https://api.tensorlake.dev')), 'https://cloud.tensorlake.dev/');
    assert.equal(dashboardOf(endpointAt('https://tensorlake.example.com')), undefined);
    assert.equal(dashboardOf(endpointAt('http://127.0.0.1:8900')), undefined);
  });

  it('has the page on which a login is approved; a server on this machine has it itself', () => {
    assert.equal(
      loginPage(endpointAt('https://api.tensorlake.ai'), 'AB&C'),
      'https://cloud.tensorlake.ai/cli/login?user_code=AB%26C',
    );
    assert.equal(
      loginPage(endpointAt('http://127.0.0.1:8900'), 'ABCD-EFGH'),
      'http://127.0.0.1:8900/cli/login?user_code=ABCD-EFGH',
    );
    assert.equal(loginPage(endpointAt('https://tensorlake.example.com'), 'A'), undefined);
  });
});
