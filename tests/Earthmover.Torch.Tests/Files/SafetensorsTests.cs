using System.Text;
using Earthmover.Testing;
using Earthmover.Torch.Files;

namespace Earthmover.Torch.Tests.Files;

public sealed class SafetensorsTests : LeakTest
{
    private readonly string _folder = Directory.CreateTempSubdirectory("earthmover-test-").FullName;

    private string File => Path.Combine(_folder, "a.safetensors");

    protected override void TearDown() => Directory.Delete(_folder, recursive: true);

    private static Dictionary<string, StoredTensor> Some() => new()
    {
        ["networks/generator/0.weight"] = new(DType.Float32, [2, 3], [.. Enumerable.Range(0, 24).Select(i => (byte)i)]),
        ["stream/latent"] = new(DType.UInt8, [5], [9, 8, 7, 6, 5]),
        ["steps"] = new(DType.Int64, [], [1, 0, 0, 0, 0, 0, 0, 0]),
        ["nothing"] = new(DType.Float64, [0, 4], []),
    };

    private byte[] Written()
    {
        Safetensors.Write(File, Some(), new Dictionary<string, string> { ["format"] = "pt", ["recipe"] = "{\n \"a\": \"ü\" }" });
        return System.IO.File.ReadAllBytes(File);
    }

    // A file from its header and the bytes after it, as the format lays them out.
    private void Put(string header, int bytes, long? length = null) => Put(Encoding.UTF8.GetBytes(header), bytes, length);

    private void Put(byte[] header, int bytes, long? length = null) =>
        System.IO.File.WriteAllBytes(File, [.. BitConverter.GetBytes(length ?? header.Length), .. header, .. new byte[bytes]]);

    private string Refused(bool requireChecksum = false)
    {
        var message = Assert.Throws<FileFormatException>(() => Safetensors.Read(File, requireChecksum)).Message;
        Assert.StartsWith(File, message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', message);
        return message;
    }

    // Which would be waited for, and for ever.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_pipe_is_no_file(bool isLinked)
    {
        var pipe = isLinked ? File + ".pipe" : File;
        using (var make = System.Diagnostics.Process.Start("mkfifo", [pipe]))
            await make.WaitForExitAsync();
        if (isLinked)
            System.IO.File.CreateSymbolicLink(File, pipe);
        await Task.Run(() => Refused()).WaitAsync(TimeSpan.FromSeconds(30));
    }

    [Fact]
    public void What_is_written_is_read()
    {
        Written();
        var (tensors, metadata) = Safetensors.Read(File, requireChecksum: true);
        Assert.Equal(Some().Keys.Order(), tensors.Keys.Order());
        foreach (var (name, tensor) in Some())
        {
            Assert.Equal(tensor.Type, tensors[name].Type);
            Assert.Equal(tensor.Shape, tensors[name].Shape);
            Assert.Equal(tensor.Bytes, tensors[name].Bytes);
        }
        Assert.Equal(["format", "recipe"], metadata.Keys.Order());
        Assert.Equal("{\n \"a\": \"ü\" }", metadata["recipe"]);
    }

    [Fact]
    public void Data_is_aligned_to_eight_bytes_and_the_largest_elements_come_first()
    {
        var bytes = Written();
        Assert.Equal(0, BitConverter.ToInt64(bytes) % 8);
        var header = Encoding.UTF8.GetString(bytes, 8, (int)BitConverter.ToInt64(bytes));
        Assert.True(header.IndexOf("\"steps\"", StringComparison.Ordinal) < header.IndexOf("0.weight", StringComparison.Ordinal));
        Assert.True(header.IndexOf("0.weight", StringComparison.Ordinal) < header.IndexOf("stream", StringComparison.Ordinal));
    }

    [Fact]
    public void A_file_cut_off_anywhere_is_refused()
    {
        var whole = Written();
        for (var length = 0; length < whole.Length; length++)
        {
            System.IO.File.WriteAllBytes(File, whole[..length]);
            Refused(requireChecksum: true);
        }
    }

    [Fact]
    public void A_bit_flipped_in_any_byte_is_found() => FlipBits(at => [at % 8]);

    [Fact]
    [Trait("Category", "Slow")]
    public void Any_flipped_bit_is_found() => FlipBits(_ => [0, 1, 2, 3, 4, 5, 6, 7]);

    private void FlipBits(Func<int, int[]> bits)
    {
        var whole = Written();
        for (var at = 0; at < whole.Length; at++)
            foreach (var bit in bits(at))
            {
                var damaged = whole.ToArray();
                damaged[at] ^= (byte)(1 << bit);
                System.IO.File.WriteAllBytes(File, damaged);
                Refused(requireChecksum: true);
            }
    }

    [Fact]
    public void Bytes_that_were_added_are_found()
    {
        System.IO.File.WriteAllBytes(File, [.. Written(), 0]);
        Assert.Contains("belong to no tensor", Refused(), StringComparison.Ordinal);
    }

    // The cases that the format's reference implementation refuses.
    [Theory]
    [InlineData("""{"t":{"dtype":"I32","shape":[2,2],"data_offsets":[0,16]}}""", 12)] // incomplete buffer
    [InlineData("""{"t":{"dtype":"I32","shape":[2,2],"data_offsets":[0,16]}}""", 20)] // trailing bytes
    [InlineData("""{"t":{"dtype":"I32","shape":[2,2],"data_offsets":[0,4]}}""", 4)] // shape against span
    [InlineData("""{"t":{"dtype":"I32","shape":[2,-2],"data_offsets":[0,16]}}""", 16)]
    [InlineData("""{"t":{"dtype":"I32","shape":[2,2],"data_offsets":[16,0]}}""", 16)] // end before begin
    [InlineData("""{"t":{"dtype":"I32","shape":[2,2],"data_offsets":[-16,0]}}""", 16)]
    [InlineData("""{"t":{"dtype":"I32","shape":[2,2],"data_offsets":[0,16,32]}}""", 16)]
    [InlineData("""{"t":{"dtype":"I32","shape":[2,2],"data_offsets":[4,20]}}""", 20)] // hole at the start
    [InlineData("""{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},"b":{"dtype":"U8","shape":[4],"data_offsets":[6,10]}}""", 10)] // hole
    [InlineData("""{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},"b":{"dtype":"U8","shape":[4],"data_offsets":[2,6]}}""", 6)] // overlap
    [InlineData("""{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},"b":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}}""", 4)] // the same bytes twice
    [InlineData("""{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},"a":{"dtype":"U8","shape":[4],"data_offsets":[4,8]}}""", 8)] // a name twice
    [InlineData("""{"t":{"dtype":"F32","shape":[4611686018427387904,4611686018427387904],"data_offsets":[0,16]}}""", 16)] // overflow
    [InlineData("""{"t":{"dtype":"F32","shape":[99999999999999999999],"data_offsets":[0,16]}}""", 16)]
    [InlineData("""{"t":{"dtype":"Q7","shape":[16],"data_offsets":[0,16]}}""", 16)]
    [InlineData("""{"t":{"dtype":null,"shape":[16],"data_offsets":[0,16]}}""", 16)]
    [InlineData("""{"t":{"dtype":"U8","shape":16,"data_offsets":[0,16]}}""", 16)]
    [InlineData("""{"t":{"dtype":"U8","shape":[16.5],"data_offsets":[0,16]}}""", 16)]
    [InlineData("""{"t":{"shape":[16],"data_offsets":[0,16]}}""", 16)]
    [InlineData("""{"t":16}""", 16)]
    [InlineData("""{"__metadata__":{"a":1}}""", 0)]
    [InlineData("""{"__metadata__":{"a":null}}""", 0)]
    [InlineData("""{"__metadata__":{"a":"x","a":"y"}}""", 0)]
    [InlineData("""{"__metadata__":{},"__metadata__":{}}""", 0)]
    [InlineData("""{"__metadata__":{"content_sha256":""}}""", 0)]
    [InlineData("""{"__metadata__":{"content_sha256":"x"}}""", 0)]
    [InlineData("""{"__metadata__":{"content_sha256":"\u0061000000000000000000000000000000000000000000000000000000000000000"}}""", 0)]
    [InlineData("""{"t":""", 0)]
    [InlineData("""{} {}""", 0)]
    [InlineData("""[{}]""", 0)]
    [InlineData(""" {}""", 0)]
    public void A_malformed_file_is_refused_in_one_line(string header, int bytes)
    {
        Put(header, bytes);
        Refused();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(-1)]
    [InlineData(long.MinValue)]
    [InlineData(long.MaxValue)]
    [InlineData(100_000_001)]
    [InlineData(3)]
    public void A_header_of_impossible_length_is_refused_before_memory_is_taken(long length)
    {
        Put("{}", 0, length);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Refused();
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 1_000_000);
    }

    [Fact]
    public void A_header_above_the_limit_is_refused_although_the_file_is_as_long()
    {
        using (var file = System.IO.File.Create(File))
        {
            file.Write(BitConverter.GetBytes(100_000_001L));
            file.Write("{"u8);
            file.SetLength(100_000_009); // sparse: takes no space
        }
        Assert.Contains("100000001", Refused(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_header_that_is_not_UTF8_is_refused()
    {
        Put([.. "{\"t"u8, 0xff, 0xfe, .. "\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1]}}"u8], 1);
        Refused();
    }

    [Fact]
    public void A_deeply_nested_header_is_refused()
    {
        Put($$"""{"t":{{string.Concat(Enumerable.Repeat("[", 100_000))}}""", 0);
        Refused();
    }

    // The reference's own example, its empty tensor, and a header padded with spaces.
    [Theory]
    [InlineData("""{"test":{"dtype":"I32","shape":[2,2],"data_offsets":[0,16]}}""", 16)]
    [InlineData("""{"test":{"dtype":"I32","shape":[2,0],"data_offsets":[0,0]}}""", 0)]
    [InlineData("""{"test":{"dtype":"BF16","shape":[],"data_offsets":[0,2]}}      """, 2)]
    [InlineData("{}", 0)]
    public void Files_of_others_are_read_without_a_checksum(string header, int bytes)
    {
        Put(header, bytes);
        var (tensors, metadata) = Safetensors.Read(File);
        Assert.Equal(bytes, tensors.Values.Sum(t => t.Bytes.Length));
        Assert.Empty(metadata);
        Assert.Contains("no checksum", Refused(requireChecksum: true), StringComparison.Ordinal);
    }

    [Fact]
    public void A_failed_write_leaves_the_old_file_and_nothing_else()
    {
        var old = Written();
        var bad = Some();
        bad["broken"] = new(DType.UInt8, [1], null!);
        Assert.ThrowsAny<Exception>(() => Safetensors.Write(File, bad, new Dictionary<string, string>()));
        Assert.Equal(old, System.IO.File.ReadAllBytes(File));
        Assert.Single(Directory.GetFiles(_folder));
    }
}
