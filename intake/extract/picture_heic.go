package extract

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"image"
	"os"
	"sync"

	"github.com/gen2brain/heic"
)

// startHEIC compiles the decoder once in this process.
var startHEIC = sync.OnceFunc(func() {
	// The sandbox is handed this process's output, on which a worker answers: whatever
	// the decoder may say goes elsewhere.
	out := os.Stdout
	os.Stdout = os.Stderr
	defer func() { os.Stdout = out }()
	heic.Init()
})

// isHEIC recognises the pictures of many telephones by the brands their box names.
func isHEIC(head []byte) bool {
	if len(head) < 16 || string(head[4:8]) != "ftyp" {
		return false
	}
	size := min(int(binary.BigEndian.Uint32(head)), len(head), 128)
	for at := 8; at+4 <= size; at += 4 {
		switch string(head[at : at+4]) {
		case "heic", "heix", "heim", "heis", "hevc", "hevx":
			return true
		}
	}
	return false
}

// decodeHEIC opens a HEIC picture in WebAssembly, as it is to be seen: the decoder
// turns it as the file says.
func decodeHEIC(data []byte) (image.Image, error) {
	// The sizes the file declares, of the whole picture and of its tiles, come before
	// anything is unpacked.
	head := data[:min(len(data), 256<<10)]
	for at := 0; ; {
		i := bytes.Index(head[at:], []byte("ispe"))
		if i < 0 || at+i+16 > len(head) {
			break
		}
		at += i + 4
		w, h := binary.BigEndian.Uint32(head[at+4:]), binary.BigEndian.Uint32(head[at+8:])
		if err := pictureSize(int(w), int(h)); err != nil {
			return nil, err
		}
	}
	startHEIC()
	img, err := heic.Decode(bytes.NewReader(data))
	if err != nil {
		return nil, fmt.Errorf("heic: %w", err)
	}
	return img, nil
}
