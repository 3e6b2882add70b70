"""Golden delays of network_noise_test.cpp, from an independent reading of NormalStream (pipeline/base/normals.h): Philox
4x32-10, words to normals in doubles; block b of 64 lanes holds word w of lane l at place 64 w + l."""
import hashlib, math, struct

M = 0xFFFFFFFF


def philox(c, k):
    for _ in range(10):
        p0, p1 = 0xD2511F53 * c[0], 0xCD9E8D57 * c[2]
        c = [(p1 >> 32) ^ c[1] ^ k[0], p1 & M, (p0 >> 32) ^ c[3] ^ k[1], p0 & M]
        k = [(k[0] + 0x9E3779B9) & M, (k[1] + 0xBB67AE85) & M]
    return c


def normals(names, blocks):
    digest = hashlib.sha256(b"".join(b"%d:%s" % (len(n), n) for n in (x.encode() for x in names))).digest()
    key, upper = struct.unpack("<2I", digest[:8]), struct.unpack("<2I", digest[8:16])
    for block in range(blocks):
        lanes = []
        for lane in range(64):
            w = philox([64 * block + lane, 0, *upper], list(key))
            both = []
            for radius, angle in ((w[0], w[1]), (w[2], w[3])):
                r = math.sqrt(-2 * math.log(((radius >> 8) + 1) * 2.0**-24))
                both += [r * math.cos(2 * math.pi * angle / 2**32), r * math.sin(2 * math.pi * angle / 2**32)]
            lanes.append(both)
        for word in range(4):
            yield from (both[word] for both in lanes)


def mean_delay(mean, sigma, queries, name, sample):
    positive = (z for z in (mean + sigma * g for g in normals(["network delay", name, str(sample)], 4)) if z > 0)
    return sum(next(positive) for _ in range(queries)) / queries


print(mean_delay(2, 1, 1, "a", 3), mean_delay(2, 1, 300, "a", 3))
