export * from './cholesky.ts';
export * from './jacobi-eigen.ts';
export * from './laplacian.ts';
export * from './mesh-topology.ts';
export * from './normals.ts';
export * from './procrustes.ts';
export * from './spread.ts';
export * from './subdivide.ts';
