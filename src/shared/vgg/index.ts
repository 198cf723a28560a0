export * from './configurations'
export * from './layer-kinds'
export * from './network'
export * from './receptive-field'
