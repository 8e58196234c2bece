package blob

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/smithy-go"
	cloud "gocloud.dev/blob"
	"gocloud.dev/blob/s3blob"
	"gocloud.dev/gcerrors"
)

// Bucket says where an S3-compatible store is and how to log in.
type Bucket struct {
	// Address is s3://BUCKET/PREFIX?endpoint=URL&region=NAME&path_style=BOOL&create=BOOL.
	// Without an endpoint it is Amazon's; path_style is true with one unless said
	// otherwise; create makes a bucket that is missing.
	Address string
	// AccessKey and SecretKey are the login.
	AccessKey, SecretKey string
	// CAFile names a file of PEM certificates to trust besides the machine's own.
	CAFile string
	// Spool is a folder of this machine where objects are written before they are
	// uploaded; it is made when missing.
	Spool string
}

// address is an Address taken apart.
type address struct {
	bucket, prefix, endpoint, region string
	pathStyle, create                bool
}

func parseAddress(text string) (address, error) {
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "s3" || u.Host == "" || u.User != nil || u.Fragment != "" {
		// The text is not shown: a login may stand in it.
		return address{}, errors.New("want s3://BUCKET?endpoint=https://HOST:PORT&region=NAME, with the login in files")
	}
	a := address{bucket: u.Host, prefix: strings.Trim(u.Path, "/"), region: "us-east-1"}
	if a.prefix != "" {
		a.prefix += "/"
	}
	given := false
	for name, values := range u.Query() {
		v := values[0]
		switch name {
		case "endpoint":
			e, err := url.Parse(v)
			if err != nil || e.Scheme != "http" && e.Scheme != "https" || e.Host == "" || e.User != nil {
				return address{}, errors.New("endpoint: want https://HOST:PORT")
			}
			a.endpoint = v
		case "region":
			a.region = v
		case "path_style":
			given = true
			if a.pathStyle, err = strconv.ParseBool(v); err != nil {
				return address{}, fmt.Errorf("path_style: want true or false, got %q", v)
			}
		case "create":
			if a.create, err = strconv.ParseBool(v); err != nil {
				return address{}, fmt.Errorf("create: want true or false, got %q", v)
			}
		default:
			return address{}, fmt.Errorf("no such option: %q; there are endpoint, region, path_style and create", name)
		}
	}
	if !given {
		a.pathStyle = a.endpoint != ""
	}
	return a, nil
}

// maxBackoff bounds the wait between two tries of a call. Tests shorten it.
var maxBackoff = 4 * time.Second

// CheckAddress tells what is wrong with the address of a bucket; nil when nothing is.
func CheckAddress(text string) error {
	_, err := parseAddress(text)
	return err
}

// OpenBucket returns the store in a bucket, once the bucket has answered.
func OpenBucket(ctx context.Context, c Bucket) (*Store, error) {
	a, err := parseAddress(c.Address)
	if err != nil {
		return nil, fmt.Errorf("blobs: %w", err)
	}
	if c.AccessKey == "" || c.SecretKey == "" {
		return nil, errors.New("blobs: want an access key and a secret key for the object store")
	}
	if err := os.MkdirAll(c.Spool, folderMode); err != nil {
		return nil, fmt.Errorf("blobs: %w", err)
	}
	transport, err := transportOf(c.CAFile)
	if err != nil {
		return nil, err
	}
	options := s3.Options{
		Region:       a.region,
		Credentials:  credentials.NewStaticCredentialsProvider(c.AccessKey, c.SecretKey, ""),
		HTTPClient:   &http.Client{Transport: transport},
		UsePathStyle: a.pathStyle,
		Retryer: retry.NewStandard(func(o *retry.StandardOptions) {
			o.MaxAttempts, o.MaxBackoff = 4, maxBackoff
		}),
		// Many stores know only what S3 asked for at first.
		RequestChecksumCalculation: aws.RequestChecksumCalculationWhenRequired,
		ResponseChecksumValidation: aws.ResponseChecksumValidationWhenRequired,
	}
	where := "s3://" + a.bucket + "/" + a.prefix
	if a.endpoint != "" {
		options.BaseEndpoint = aws.String(a.endpoint)
		where += " at " + a.endpoint
	}
	client := s3.New(options)
	opened, err := s3blob.OpenBucket(ctx, client, a.bucket, &s3blob.Options{RequestChecksumCalculation: options.RequestChecksumCalculation})
	if err != nil {
		return nil, fmt.Errorf("blobs: %s: %w", where, err)
	}
	if a.prefix != "" {
		opened = cloud.PrefixedBucket(opened, a.prefix)
	}
	b := &bucket{cloud: opened, where: where, temp: c.Spool}
	if err := b.answers(ctx, client, a); err != nil {
		return nil, fmt.Errorf("blobs: %w", errors.Join(err, opened.Close()))
	}
	return &Store{back: b}, nil
}

// answers asks for the bucket, and makes it when that is wanted.
func (b *bucket) answers(ctx context.Context, client *s3.Client, a address) error {
	ctx, cancel := context.WithTimeout(ctx, callWithin)
	defer cancel()
	_, err := client.ListObjectsV2(ctx, &s3.ListObjectsV2Input{Bucket: &a.bucket, MaxKeys: aws.Int32(1)})
	if a.create && codeOf(err) == "NoSuchBucket" {
		_, err = client.CreateBucket(ctx, &s3.CreateBucketInput{Bucket: &a.bucket})
		if code := codeOf(err); code == "BucketAlreadyOwnedByYou" || code == "BucketAlreadyExists" {
			err = nil // another process was faster; whose it is shows at the first call
		}
	}
	return b.told(err)
}

// transportOf bounds every wait: a store that is silent for stall is given up.
func transportOf(caFile string) (*http.Transport, error) {
	dialer := &net.Dialer{Timeout: 5 * time.Second, KeepAlive: 30 * time.Second}
	t := &http.Transport{
		Proxy: http.ProxyFromEnvironment,
		DialContext: func(ctx context.Context, network, addr string) (net.Conn, error) {
			c, err := dialer.DialContext(ctx, network, addr)
			if err != nil {
				return nil, err
			}
			return stallConn{c}, nil
		},
		TLSHandshakeTimeout:   10 * time.Second,
		ResponseHeaderTimeout: stall,
		MaxIdleConnsPerHost:   2 * uploadsOnce,
		IdleConnTimeout:       stall,
		ForceAttemptHTTP2:     true,
	}
	if caFile == "" {
		return t, nil
	}
	pem, err := os.ReadFile(caFile)
	if err != nil {
		return nil, fmt.Errorf("blobs: certificates: %w", err)
	}
	roots, err := x509.SystemCertPool()
	if err != nil {
		roots = x509.NewCertPool()
	}
	if !roots.AppendCertsFromPEM(pem) {
		return nil, fmt.Errorf("blobs: certificates: %s holds none", caFile)
	}
	t.TLSClientConfig = &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12}
	return t, nil
}

// stall is how long a store may stay silent within a call.
const stall = 30 * time.Second

type stallConn struct{ net.Conn }

func (c stallConn) Read(p []byte) (int, error) {
	if err := c.SetReadDeadline(time.Now().Add(stall)); err != nil {
		return 0, err
	}
	return c.Conn.Read(p)
}

func (c stallConn) Write(p []byte) (int, error) {
	if err := c.SetWriteDeadline(time.Now().Add(stall)); err != nil {
		return 0, err
	}
	return c.Conn.Write(p)
}

// told gives an error of the object store the name the rest of the program knows, and says
// what to do about it.
func (b *bucket) told(err error) error {
	switch code := codeOf(err); {
	case err == nil, errors.Is(err, ErrNotFound), errors.Is(err, ErrUnavailable):
		return err
	case code == "NoSuchBucket":
		return fmt.Errorf("%s: %w: there is no such bucket: make it, or correct blobs.store: %w", b.where, ErrUnavailable, err)
	case code == "InvalidAccessKeyId", code == "SignatureDoesNotMatch", code == "AccessDenied", code == "Forbidden":
		return fmt.Errorf("%s: %w: it refuses the login (%s): correct blobs.access_key_file and blobs.secret_key_file, "+
			"or give this login the right to read, write, list and delete: %w", b.where, ErrUnavailable, code, err)
	case gcerrors.Code(err) == gcerrors.NotFound:
		return ErrNotFound
	case errors.Is(err, context.Canceled), errors.As(err, new(*fs.PathError)):
		return err // the caller's doing, or this machine's
	}
	return fmt.Errorf("%s: %w: see that it runs and can be reached from here: %w", b.where, ErrUnavailable, err)
}

// unsupported tells the answer of a store that does not know what was asked for.
func unsupported(err error) bool {
	code := codeOf(err)
	return code == "NotImplemented" || code == "InvalidArgument" || code == "InvalidRequest"
}

func codeOf(err error) string {
	var e smithy.APIError
	if errors.As(err, &e) {
		return e.ErrorCode()
	}
	return ""
}
