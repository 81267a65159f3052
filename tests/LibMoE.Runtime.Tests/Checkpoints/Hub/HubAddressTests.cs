namespace LibMoE.Runtime.Tests.Checkpoints.Hub;

public sealed class HubAddressTests
{
    [Theory]
    [InlineData("hf:owner/name", "owner", "name", null, null)]
    [InlineData("hf:owner/name@main", "owner", "name", "main", null)]
    [InlineData("hf:owner/na.me_x-1@v1.0", "owner", "na.me_x-1", "v1.0", null)]
    [InlineData("hf://owner/name@main/sub/model.bin", "owner", "name", "main", "sub/model.bin")]
    [InlineData("hf:owner/name/model.bin", "owner", "name", null, "model.bin")]
    [InlineData("hf:owner/name@refs/pr/3", "owner", "name", "refs/pr/3", null)]
    [InlineData("hf:owner/name@refs/pr/3/model.bin", "owner", "name", "refs/pr/3", "model.bin")]
    [InlineData("hf:owner/name@feature%2Fx/model.bin", "owner", "name", "feature/x", "model.bin")]
    public void An_address_has_owner_name_revision_and_path(string text, string owner, string name, string? revision, string? path)
    {
        var address = HubAddress.Parse(text);

        Assert.Equal((owner, name, revision, path), (address.Owner, address.Name, address.Revision, address.Path));
        Assert.False(address.IsPinned);
        Assert.Equal(address, HubAddress.Parse(address.ToString()));
    }

    [Fact]
    public void Only_a_whole_commit_pins()
    {
        Assert.True(HubAddress.Parse($"hf:owner/name@{HubServer.First}").IsPinned);
        Assert.False(HubAddress.Parse($"hf:owner/name@{HubServer.First[..39]}").IsPinned);
        Assert.False(HubAddress.Parse($"hf:owner/name@{new string('g', 40)}").IsPinned);
    }

    [Theory]
    [InlineData("hf:")]
    [InlineData("hf:name")]
    [InlineData("hf:owner/")]
    [InlineData("hf:owner/name@")]
    [InlineData("hf:../name")]
    [InlineData("hf:owner/..")]
    [InlineData("hf:own--er/name")]
    [InlineData("hf:owner/-name")]
    [InlineData("hf:ówner/name")]
    [InlineData("hf:owner/name@../../x")]
    [InlineData("hf:owner/name@..")]
    [InlineData("hf:owner/name@a%2F..%2F..%2Fb")]
    [InlineData("hf:owner/name@a b")]
    [InlineData("hf:owner/name@main/../../etc/passwd")]
    [InlineData("hf:owner/name@main/a\\b")]
    [InlineData("hf:owner/name@main//a")]
    [InlineData("hf:https://example.org/owner/name")]
    public void What_is_no_address_is_refused_with_the_shape_of_one(string text)
    {
        var error = Assert.Throws<ConfigurationException>(() => HubAddress.Parse(text));

        Assert.Contains("is not the address of a model; it must be hf:owner/name@revision", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Paths_on_disk_are_no_addresses() => Assert.DoesNotContain(["runs/x", "hf", "/hf:x", ""], HubAddress.IsAddress);
}
