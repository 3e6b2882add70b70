"""Golden indices of partition_test.cpp, from an independent reading of the named streams and of specification 1.3."""
import hashlib, struct
M=0xffffffff
def philox(c,k):
    c=list(c);k=list(k)
    for _ in range(10):
        p0=0xD2511F53*c[0];p1=0xCD9E8D57*c[2]
        c=[(p1>>32)^c[1]^k[0],p1&M,(p0>>32)^c[3]^k[1],p0&M]
        k=[(k[0]+0x9E3779B9)&M,(k[1]+0xBB67AE85)&M]
    return c
class S:
    def __init__(s,*names):
        d=hashlib.sha256(b''.join(b'%d:%s'%(len(n),n) for n in [str(x).encode() for x in names])).digest()
        s.k=struct.unpack('<2I',d[:8]);hi=struct.unpack('<2I',d[8:16]);s.hi=hi;s.n=0;s.b=[]
    def __call__(s):
        if not s.b:
            w=philox((s.n&M,s.n>>32,*s.hi),s.k);s.n+=1
            s.b=[w[0]|w[1]<<32,w[2]|w[3]<<32]
        return s.b.pop(0)
    def below(s,n):
        lim=(2**64-n)%n
        v=s()
        while v<lim: v=s()
        return v%n
    def perm(s,n):
        o=list(range(n))
        for i in range(n,1,-1):
            j=s.below(i);o[i-1],o[j]=o[j],o[i-1]
        return o
n=1003;o=S('split','cifar10',1).perm(n);q=n//4
parts=[o[i*q:i*q+q] for i in range(4)]
def cal(part,role):
    order=S('calibration','cifar10',role,1).perm(len(part));ch=set(order[:round(.1*len(part))])
    return [x for i,x in enumerate(part) if i not in ch],[x for i,x in enumerate(part) if i in ch]
tn,tc=cal(parts[1],'target');sn,sc=cal(parts[3],'shadow0')
t=' '.join(map(str,parts[0]+tn+tc+parts[2]+sn+sc))
print(parts[0][:5],tc[:3],len(tc),hashlib.sha256(t.encode()).hexdigest())
