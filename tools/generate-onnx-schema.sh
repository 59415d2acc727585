#!/bin/sh
# Makes src/Earthmover.Export/Schema/Onnx.g.cs of onnx.proto, the format's own description (ONNX 1.23.0), with the compiler of the package
# Google.Protobuf.Tools:  dotnet restore src/Earthmover.Export && tools/generate-onnx-schema.sh
set -eu
schema=$(dirname -- "$(readlink -f -- "$0")")/../src/Earthmover.Export/Schema
tools=${NUGET_PACKAGES:-$HOME/.nuget/packages}/google.protobuf.tools/3.36.2/tools
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
# Comments would be copied: they are in the description.
sed -E 's|[[:space:]]*//.*$||; s/^package onnx;/package onnx;\noption csharp_namespace = "Earthmover.Export.Schema";/' \
    "$schema/onnx.proto" >"$folder/onnx.proto"
"$tools/linux_x64/protoc" --proto_path="$folder" --csharp_out="$schema" \
    --csharp_opt=file_extension=.g.cs,internal_access "$folder/onnx.proto"
