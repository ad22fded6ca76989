import { buildDashboard } from '../../scripts/build-dashboard.ts';

/** Before all tests: whoever serves the page finds it. */
export default buildDashboard;
