using System.Text;
using System.Text.Json.Nodes;
using LibMoE.Runtime.Tests.Checkpoints.Files;

namespace LibMoE.Runtime.Tests.Checkpoints.Safetensors;

public class ShardTests
{
    private const string Folder = "/model";
    private const string Index = "/model/model.safetensors.index.json";

    [Fact]
    public void A_small_model_is_one_file_without_an_index()
    {
        var disk = Saved(shardBytes: 100);

        Assert.Equal(["model.safetensors"], disk.List(Folder).Select(entry => entry.Name));
        AssertReadable(disk);
    }

    [Fact]
    public void A_large_model_is_shards_and_an_index()
    {
        var disk = Saved(shardBytes: 8);

        Assert.Equal(
            ["model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors", "model.safetensors.index.json"],
            disk.List(Folder).Select(entry => entry.Name));
        AssertReadable(disk);
        var index = JsonNode.Parse(disk.Bytes(Index))!;
        Assert.Equal(14, index["metadata"]!["total_size"]!.GetValue<long>());
        Assert.Equal("model-00002-of-00002.safetensors", index["weight_map"]!["c"]!.GetValue<string>());
    }

    [Fact]
    public void A_tensor_above_the_limit_has_a_shard_to_itself() => AssertReadable(Saved(shardBytes: 1));

    [Fact]
    public void A_folder_with_a_model_is_not_written_over()
    {
        var disk = Saved(shardBytes: 8);

        Assert.Equal(StorageCause.AlreadyExists, Assert.Throws<StorageException>(() => Save(disk, 100)).Cause);
        AssertReadable(disk);
    }

    [Fact]
    public void A_hand_made_folder_is_read()
    {
        var disk = HandMade("{\"metadata\":{\"total_size\":4,\"total_parameters\":{\"a\":[1.5]}},"
            + "\"weight_map\":{\"a\":\"x.safetensors\",\"b\":\"y.safetensors\"}}");

        using var source = TensorSource.Open(disk, Folder);

        Assert.Equal(["a", "b"], source.Tensors.Select(tensor => tensor.Name));
        Assert.Equal("x", source.Metadata["from"]);
    }

    [Fact]
    public void An_index_needs_no_total_size()
    {
        using var source = TensorSource.Open(HandMade(Map("{\"a\":\"x.safetensors\",\"b\":\"y.safetensors\"}")), Index);

        Assert.Equal(2, source.Tensors.Count);
    }

    [Theory]
    [InlineData("../x.safetensors")]
    [InlineData("sub/x.safetensors")]
    [InlineData("/model/x.safetensors")]
    [InlineData("..\\\\x.safetensors")]
    [InlineData("C:x.safetensors")]
    [InlineData(".safetensors")]
    [InlineData("..")]
    [InlineData("")]
    [InlineData("x.safetensors\\u0000")]
    [InlineData("x.bin")]
    public void A_shard_is_a_plain_name_in_the_same_folder(string name)
    {
        var error = Refused(HandMade(Map($"{{\"a\":\"{name}\",\"b\":\"y.safetensors\"}}")));

        Assert.Equal(SafetensorsRule.Shards, error.Rule);
        Assert.Contains("plain name", error.Message);
    }

    [Theory]
    [InlineData("the metadata are a list", "{\"metadata\":[],\"weight_map\":MAP}")]
    [InlineData("the metadata are null", "{\"metadata\":null,\"weight_map\":MAP}")]
    [InlineData("there are other fields", "{\"shards\":2,\"weight_map\":MAP,\"more\":{\"weight_map\":[1]}}")]
    [InlineData("the total is too small", "{\"metadata\":{\"total_size\":3},\"weight_map\":MAP}")]
    [InlineData("the total has a point", "{\"metadata\":{\"total_size\":4.0},\"weight_map\":MAP}")]
    [InlineData("the total is a text", "{\"metadata\":{\"total_size\":\"4\"},\"weight_map\":MAP}")]
    [InlineData("a tensor is in no shard", "{\"weight_map\":{\"a\":\"x.safetensors\",\"b\":\"y.safetensors\",\"c\":\"y.safetensors\"}}")]
    public void What_no_reader_goes_by_is_no_fault(string claim, string index)
    {
        var disk = HandMade(index.Replace("MAP", "{\"a\":\"x.safetensors\",\"b\":\"y.safetensors\"}", StringComparison.Ordinal));

        using var source = TensorSource.Open(disk, Folder);

        Assert.True(source.Tensors.Select(tensor => tensor.Name).SequenceEqual(["a", "b"]), claim);
        Assert.Null(source.Find("c"));
        Assert.Throws<StorageException>(() => source.ReadBytes("c", 0, new byte[1]));
    }

    [Theory]
    [InlineData("a file that the index does not name is not of the model", "{\"weight_map\":{\"a\":\"x.safetensors\"}}", null)]
    [InlineData("a tensor that its shard lacks is not there", "{\"weight_map\":{\"a\":\"x.safetensors\",\"b\":\"x.safetensors\"}}", null)]
    [InlineData("tensors are exchanged", "{\"weight_map\":{\"a\":\"y.safetensors\",\"b\":\"x.safetensors\"}}", SafetensorsRule.Shards)]
    [InlineData("a tensor is named twice", "{\"weight_map\":{\"a\":\"x.safetensors\",\"a\":\"y.safetensors\"}}",
        SafetensorsRule.UniqueNames)]
    [InlineData("the map is there twice", "{\"weight_map\":{},\"weight_map\":{}}", SafetensorsRule.UniqueNames)]
    [InlineData("a shard is a number", "{\"weight_map\":{\"a\":1}}", SafetensorsRule.Shards)]
    [InlineData("the map is a list", "{\"weight_map\":[]}", SafetensorsRule.Shards)]
    [InlineData("there is no map", "{\"metadata\":{\"total_size\":4}}", SafetensorsRule.Shards)]
    [InlineData("the index is a list", "[]", SafetensorsRule.Json)]
    [InlineData("the index is cut", "{\"weight_map\":{\"a\":", SafetensorsRule.Json)]
    [InlineData("the index is empty", "", SafetensorsRule.Json)]
    [InlineData("more follows the index", "{\"weight_map\":{}} {}", SafetensorsRule.Json)]
    public void An_index_that_lies_is_refused(string claim, string index, SafetensorsRule? rule)
    {
        var disk = HandMade(index);
        if (rule is null)
        {
            using var source = TensorSource.Open(disk, Folder);
            Assert.Equal(["a"], source.Tensors.Select(tensor => tensor.Name));
            return;
        }

        Assert.True(rule == Refused(disk).Rule, claim);
    }

    [Fact]
    public void A_tensor_in_two_shards_is_refused()
    {
        var disk = HandMade(Map("{\"a\":\"x.safetensors\",\"b\":\"y.safetensors\"}"));
        Put(disk, "y", ("a", 2), ("b", 2));

        Assert.Contains("'a'", Refused(disk).Message);
    }

    [Fact]
    public void A_missing_shard_and_a_cut_one_are_named()
    {
        var disk = HandMade(Map("{\"a\":\"x.safetensors\",\"b\":\"z.safetensors\"}"));
        Assert.Contains(
            "/model/z.safetensors does not exist", Assert.Throws<StorageException>(() => TensorSource.Open(disk, Folder)).Message);

        disk.Put("/model/z.safetensors", disk.Bytes("/model/y.safetensors")[..^1]);
        Assert.Equal(SafetensorsRule.EndsWithData, Refused(disk).Rule);
    }

    [Fact]
    public void A_shard_may_be_a_link_within_the_folder_and_not_out_of_it()
    {
        using var folder = new TempFolder();
        using var other = new TempFolder();
        var disk = HandMade(Map("{\"a\":\"x.safetensors\"}"));
        File.WriteAllBytes(folder["inside"], disk.Bytes("/model/x.safetensors"));
        File.WriteAllBytes(other["outside"], disk.Bytes("/model/x.safetensors"));
        File.WriteAllBytes(folder["model.safetensors.index.json"], disk.Bytes(Index));
        File.CreateSymbolicLink(folder["x.safetensors"], "inside");
        using (var source = TensorSource.Open(DiskFiles.Instance, folder.Path))
        {
            Assert.Equal("a", Assert.Single(source.Tensors).Name);
        }

        File.Delete(folder["x.safetensors"]);
        File.CreateSymbolicLink(folder["x.safetensors"], other["outside"]);
        var error = Assert.Throws<SafetensorsException>(() => TensorSource.Open(DiskFiles.Instance, folder.Path));

        Assert.Equal(SafetensorsRule.Shards, error.Rule);
        Assert.Contains("link", error.Message);
    }

    [Fact]
    public void One_file_that_the_index_names_alone_is_taken()
    {
        var disk = HandMade(Map("{\"a\":\"model.safetensors\"}"));
        disk.Put("/model/model.safetensors", disk.Bytes("/model/x.safetensors"));

        using var source = TensorSource.Open(disk, Folder);

        Assert.Equal("a", Assert.Single(source.Tensors).Name);
    }

    [Fact]
    public void A_folder_with_both_layouts_or_with_none_is_refused()
    {
        var disk = HandMade(Map("{\"a\":\"x.safetensors\"}"));
        disk.Put("/model/model.safetensors", disk.Bytes("/model/x.safetensors"));

        Assert.Contains("both", Assert.Throws<StorageException>(() => TensorSource.Open(disk, Folder)).Message);
        Assert.Equal(StorageCause.NotFound, Assert.Throws<StorageException>(() => TensorSource.Open(disk, "/")).Cause);
    }

    [Fact]
    public void An_index_of_many_names_takes_no_more_memory_than_its_size_and_16_MiB()
    {
        var map = string.Join(",", Enumerable.Range(0, 200_000).Select(i => $"\"{i}\":\"x.safetensors\""));
        var disk = HandMade(Map($"{{{map}}}"));
        var before = GC.GetAllocatedBytesForCurrentThread();

        Assert.Equal(SafetensorsRule.Memory, Refused(disk).Rule);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, disk.Bytes(Index).Length + (16L << 20));
    }

    private static string Map(string map) => $"{{\"weight_map\":{map}}}";

    private static SafetensorsException Refused(ModelDisk disk) =>
        Assert.Throws<SafetensorsException>(() => TensorSource.Open(disk, Folder));

    private static ModelDisk HandMade(string index)
    {
        var disk = WithFolder();
        Put(disk, "x", ("a", 2));
        Put(disk, "y", ("b", 2));
        disk.Put(Index, Encoding.UTF8.GetBytes(index));
        return disk;
    }

    private static void Put(ModelDisk disk, string shard, params (string Name, int Bytes)[] tensors) => SafetensorsWriter.Save(
        disk, $"{Folder}/{shard}.safetensors", Array.ConvertAll(tensors, pair => Payload(pair.Name, pair.Bytes)),
        new Dictionary<string, string> { ["from"] = shard });

    private static ModelDisk WithFolder()
    {
        var disk = new ModelDisk();
        disk.CreateFolder(Folder);
        return disk;
    }

    private static ModelDisk Saved(long shardBytes)
    {
        var disk = new ModelDisk();
        Save(disk, shardBytes);
        return disk;
    }

    private static void Save(ModelDisk disk, long shardBytes) =>
        SafetensorsWriter.SaveSharded(disk, Folder, [Payload("a", 4), Payload("b", 3), Payload("c", 7)], shardBytes);

    private static TensorPayload Payload(string name, int bytes) => TensorPayload.Of(
        new TensorLayout(name, SafetensorsDType.All["U8"], [bytes]), Enumerable.Repeat((byte)name[0], bytes).ToArray());

    private static void AssertReadable(ModelDisk disk)
    {
        using var source = TensorSource.Open(disk, Folder);
        foreach (var (name, bytes) in new[] { ("a", 4), ("b", 3), ("c", 7) })
        {
            var read = new byte[bytes];
            source.ReadBytes(name, 0, read);
            Assert.Equal(Enumerable.Repeat((byte)name[0], bytes), read);
        }
    }
}
