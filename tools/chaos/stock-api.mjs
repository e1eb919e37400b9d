import { runWithStockLimits } from './stock.mjs';

runWithStockLimits('api');
